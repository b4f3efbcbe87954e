#include "models/model.h"

#include <algorithm>

#include "core/error.h"
#include "core/random.h"
#include "models/graph.h"
#include "models/losses/loss_function.h"

namespace tacit::models {

bool is_of_classes(Loss loss) noexcept {
  return loss != Loss::mean_squared_error && loss != Loss::huber;
}

template <class T>
struct Model<T>::State {
  Graph<T> graph;
  Loss loss;
  std::unique_ptr<const LossFunction<T>> loss_function;
  std::shared_ptr<const ParameterSchema> schema;
  Shape input_shape;
  std::size_t input_size, output_size;
  Answer answer;
};

template <class T>
Model<T>::Model(Graph<T> graph, Loss loss, const LossSettings& settings, Answer answer) {
  auto schema = graph.schema();
  Shape input_shape = graph.shape(Graph<T>::input);
  const std::size_t input_size = graph.size(Graph<T>::input), outputs = graph.size(graph.nodes().size());
  if (outputs == 0) fail(ErrorKind::usage, "the model has no outputs");
  if (answer == Answer::numbers && is_of_classes(loss))
    fail(ErrorKind::usage, "the loss {} is about classes, and the model answers with real numbers", to_string(loss));
  auto function = make_loss_function<T>(loss, settings, outputs);
  state_ = std::make_unique<const State>(State{std::move(graph), loss, std::move(function), std::move(schema),
                                               std::move(input_shape), input_size, outputs, answer});
}

template <class T>
Model<T>::~Model() = default;
template <class T>
Model<T>::Model(Model&&) noexcept = default;

template <class T>
const std::shared_ptr<const ParameterSchema>& Model<T>::schema() const noexcept {
  return state_->schema;
}
template <class T>
const Shape& Model<T>::input_shape() const noexcept {
  return state_->input_shape;
}
template <class T>
std::size_t Model<T>::input_size() const noexcept {
  return state_->input_size;
}
template <class T>
std::size_t Model<T>::output_size() const noexcept {
  return state_->output_size;
}
template <class T>
Loss Model<T>::loss() const noexcept {
  return state_->loss;
}
template <class T>
const LossFunction<T>& Model<T>::loss_function() const noexcept {
  return *state_->loss_function;
}
template <class T>
std::size_t Model<T>::classes() const noexcept {
  if (state_->answer == Answer::numbers) return 0;
  return output_size() == 1 ? 2 : output_size();
}
template <class T>
const Graph<T>& Model<T>::graph() const noexcept {
  return state_->graph;
}

template <class T>
void Model<T>::check_inputs(std::span<const T> inputs) const {
  for (const auto& node : state_->graph.nodes()) {
    if (node.inputs[node.layer->checked_input()] != Graph<T>::input) continue;
    try {
      node.layer->check_inputs(inputs);
    } catch (const Error& error) {
      fail(error.kind(), "layer '{}': {}", node.name, error.what());
    }
  }
}

template <class T>
std::string Model<T>::coupling_layer() const {
  for (const auto& node : state_->graph.nodes())
    if (node.layer->couples_examples()) return node.name;
  return {};
}

template <class T>
bool Model<T>::takes_lanes() const {
  return std::ranges::all_of(state_->graph.nodes(), [](const auto& node) {
    return node.layer->takes_lanes() && !node.layer->couples_examples();
  });
}

template <class T>
std::vector<T> Model<T>::initial_parameters(std::uint64_t seed) const {
  RandomStream stream({seed, Purpose::model_initialization});
  std::vector<T> theta(state_->graph.parameter_count());
  for (const auto& node : state_->graph.nodes())
    node.layer->initialise(stream, std::span(theta).subspan(node.theta_offset, node.theta_size));
  return theta;
}

template <class T>
std::vector<T> Model<T>::targets_of(std::span<const std::int32_t> labels) const {
  if (state_->answer == Answer::numbers) fail(ErrorKind::usage, "a model that answers with real numbers has no labels");
  std::vector<T> targets(labels.size() * target_size(), T(0));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || static_cast<std::size_t>(labels[i]) >= classes())
      fail(ErrorKind::data, "label {} of example {} lies outside 0..{}, the classes of the model", labels[i], i,
           classes() - 1);
    if (target_size() == 1) {
      targets[i] = labels[i] == 0 ? T(-1) : T(1);
    } else {
      targets[i * target_size() + static_cast<std::size_t>(labels[i])] = T(1);
    }
  }
  return targets;
}

template <class T>
std::int32_t Model<T>::label_of(std::span<const T> outputs) const {
  if (outputs.size() != output_size())
    fail(ErrorKind::usage, "{} outputs given, the model has {}", outputs.size(), output_size());
  if (state_->answer == Answer::numbers) fail(ErrorKind::usage, "a model that answers with real numbers has no labels");
  if (outputs.size() == 1) return outputs[0] > T(0) ? 1 : 0;
  std::size_t best = 0;
  for (std::size_t i = 1; i < outputs.size(); ++i)
    if (outputs[i] > outputs[best]) best = i;
  return static_cast<std::int32_t>(best);
}

template class Model<float>;
template class Model<double>;

}  // namespace tacit::models
