#include "bench/training_work.h"

#include <array>

#include "bench/networks.h"
#include "core/error.h"
#include "models/graph.h"
#include "models/optimizers/optimizer.h"

namespace tacit::bench {
namespace {

constexpr std::array<const char*, 3> names{"step", "gradient", "gradient_tangent"};

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
        model_(model_of<float>(network_named(which.network), which.network)),
        evaluation_(model_),
        theta_(start_parameters(model_.graph())),
        inputs_(hashed_values<float>(which.batch * model_.input_size(), 100000000)),
        gradient_(theta_.size()) {
    targets_ = model_.targets_of(labels_in_turn(which.batch, model_.classes()));
    if (which.task == TrainingTask::step) optimizer_ = models::make_optimizer<float>({}, theta_.size());
    if (which.task != TrainingTask::gradient_tangent) return;
    direction_ = hashed_values<float>(theta_.size(), 200000000);
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
