#include "bench/training_work.h"

#include <array>
#include <cmath>

#include "core/config.h"
#include "core/error.h"
#include "models/graph.h"
#include "models/optimizers/optimizer.h"
#include "models/specification.h"

namespace tacit::bench {
namespace {

constexpr std::array<const char*, 3> names{"step", "gradient", "gradient_tangent"};

struct Network {
  const char* name;
  const char* text;
  Shape input;
  std::size_t classes;
};

const Network& network_named(const std::string& name) {
  static const std::array<Network, 4> networks{
      {{"mlp",
        "[[model.layers]]\ntype = \"linear\"\noutputs = 128\n[[model.layers]]\ntype = \"relu\"\n"
        "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n",
        {784},
        10},
       {"lenet5", "preset = \"lenet5\"\n", {1, 28, 28}, 10},
       {"cnn4", "preset = \"cnn4\"\n", {1, 28, 28}, 10},
       {"lenet_dlg", "preset = \"lenet_dlg\"\n", {3, 32, 32}, 100}}};
  for (const Network& network : networks)
    if (network.name == name) return network;
  fail(ErrorKind::usage, "no network '{}': mlp, lenet5, cnn4 or lenet_dlg", name);
}

models::Model<float> model_of(const Network& network) {
  return models::build_model<float>(
      ConfigTable::parse_text(std::string("[model]\n") + network.text, network.name).table("model"), network.input,
      network.classes);
}

double hashed(std::size_t n) {
  auto h = static_cast<std::uint32_t>(n) * 2654435769U;
  h ^= h >> 16;
  h *= 2246822507U;
  h ^= h >> 13;
  return static_cast<double>(h) / 2147483648.0 - 1;
}

std::vector<float> hashed_values(std::size_t count, std::size_t first) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(hashed(first + i));
  return values;
}

/// Elements of a layer's weight for one output element, or nothing for a layer without.
double inputs_of_an_output(const models::Layer<float>& layer) {
  const auto declared = layer.parameters();
  if (declared.empty()) return 0;
  return static_cast<double>(element_count(declared[0].shape)) / static_cast<double>(declared[0].shape[0]);
}

std::vector<float> start_parameters(const models::Graph<float>& graph) {
  std::vector<float> theta = hashed_values(graph.parameter_count(), 0);
  for (const auto& node : graph.nodes())
    for (std::size_t i = 0; i < node.theta_size; ++i)
      theta[node.theta_offset + i] *= static_cast<float>(1 / std::sqrt(inputs_of_an_output(*node.layer)));
  return theta;
}

/// How many products of the size of a forward pass a task needs of a layer: the first one's inputs neither move nor,
/// but for the tangent, have a gradient.
double products(TrainingTask task, bool first) {
  const double gradient = first ? 2 : 3;
  return task == TrainingTask::gradient_tangent ? gradient + (first ? 4 : 6) : gradient;
}

class ModelWork final : public TrainingWork {
 public:
  explicit ModelWork(const TrainingCase& which)
      : which_(which),
        model_(model_of(network_named(which.network))),
        evaluation_(model_),
        theta_(start_parameters(model_.graph())),
        inputs_(hashed_values(which.batch * model_.input_size(), 100000000)),
        gradient_(theta_.size()) {
    std::vector<std::int32_t> labels(which.batch);
    for (std::size_t b = 0; b < which.batch; ++b) labels[b] = static_cast<std::int32_t>(b % model_.classes());
    targets_ = model_.targets_of(labels);
    if (which.task == TrainingTask::step) optimizer_ = models::make_optimizer<float>({}, theta_.size());
    if (which.task != TrainingTask::gradient_tangent) return;
    direction_ = hashed_values(theta_.size(), 200000000);
    inputs_tangent_.resize(inputs_.size());
  }

  void call() override {
    const models::Examples<float> examples{inputs_, targets_, which_.batch};
    loss_ = evaluation_.gradient(theta_, examples, {.theta = gradient_, .inputs = {}, .targets = {}});
    if (which_.task == TrainingTask::step) optimizer_->step(theta_, gradient_, learning_rate);
    if (which_.task == TrainingTask::gradient_tangent)
      evaluation_.gradient_tangent(theta_, examples, {.theta = direction_, .inputs = {}, .targets = {}}, {},
                                   {.theta = {}, .inputs = inputs_tangent_, .targets = {}});
  }

  double multiply_adds() const override {
    double sum = 0;
    for (const auto& node : model_.graph().nodes()) {
      const auto outputs = static_cast<double>(element_count(node.layer->output_shape()));
      sum += inputs_of_an_output(*node.layer) * outputs *
             products(which_.task, node.inputs[0] == models::Graph<float>::input);
    }
    return sum * static_cast<double>(which_.batch);
  }

  double loss() const override { return static_cast<double>(loss_); }
  const std::vector<float>& result() const override {
    return which_.task == TrainingTask::gradient_tangent ? inputs_tangent_ : gradient_;
  }
  const std::vector<float>& parameters() const override { return theta_; }

 private:
  TrainingCase which_;
  models::Model<float> model_;
  models::Evaluation<float> evaluation_;
  std::vector<float> theta_, inputs_, targets_, direction_, gradient_, inputs_tangent_;
  std::unique_ptr<models::Optimizer<float>> optimizer_;
  float loss_ = 0;
};

}  // namespace

const char* to_string(TrainingTask task) {
  return names[static_cast<std::size_t>(task)];
}

TrainingTask training_task_from_string(const std::string& name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (name == names[i]) return static_cast<TrainingTask>(i);
  fail(ErrorKind::usage, "no training task '{}': step, gradient or gradient_tangent", name);
}

std::unique_ptr<TrainingWork> prepare(const TrainingCase& which) {
  if (which.batch == 0) fail(ErrorKind::usage, "a batch has at least one example");
  return std::make_unique<ModelWork>(which);
}

}  // namespace tacit::bench
