#include "models/layers/composite.h"

#include <algorithm>

#include "core/error.h"
#include "models/executor.h"

namespace tacit::models {

template <class T>
struct Composite<T>::Scratch final : LayerScratch {
  explicit Scratch(const Graph<T>& graph) : executor(graph) {}
  Executor<T> executor;
};

template <class T>
Composite<T>::Composite(std::string type, Graph<T> graph)
    : type_(std::move(type)), graph_(std::move(graph)), input_shapes_{graph_.shape(Graph<T>::input)} {
  graph_.schema();  // throws on what makes no model
  for (const auto& node : graph_.nodes())
    if (node.layer->couples_examples() || node.layer->local_statistics() != 0)
      fail(ErrorKind::usage, "layer '{}' cannot be part of a layer of type {}", node.name, type_);
}

template <class T>
std::vector<ParameterSchema::Declaration> Composite<T>::parameters() const {
  std::vector<ParameterSchema::Declaration> all;
  const auto schema = graph_.schema();
  for (const ParameterEntry& entry : schema->entries()) all.push_back({entry.name, entry.shape, entry.trained});
  return all;
}

template <class T>
void Composite<T>::initialise(RandomStream& stream, std::span<T> theta) const {
  for (const auto& node : graph_.nodes())
    node.layer->initialise(stream, theta.subspan(node.theta_offset, node.theta_size));
}

template <class T>
std::unique_ptr<LayerScratch> Composite<T>::make_scratch() const {
  return std::make_unique<Scratch>(graph_);
}

template <class T>
void Composite<T>::forward(const ForwardPass<T>& pass) const {
  Executor<T>& executor = static_cast<Scratch&>(*pass.scratch).executor;
  executor.set_mode(pass.mode);
  executor.forward(pass.theta, pass.inputs[0], pass.count);
  std::ranges::copy(executor.outputs(), pass.outputs.begin());
}

template <class T>
void Composite<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  Executor<T>& executor = static_cast<Scratch&>(*pass.scratch).executor;
  executor.set_mode(pass.mode);
  executor.forward_tangent(pass.theta, pass.theta_dot, pass.inputs[0], pass.inputs_dot[0], pass.count);
  std::ranges::copy(executor.outputs(), pass.outputs.begin());
  std::ranges::copy(executor.outputs_dot(), pass.outputs_dot.begin());
}

template <class T>
void Composite<T>::backward(const BackwardPass<T>& pass) const {
  Executor<T>& executor = static_cast<Scratch&>(*pass.scratch).executor;
  executor.set_mode(pass.mode);
  executor.forward(pass.theta, pass.inputs[0], pass.count);
  std::ranges::copy(pass.upstream, executor.output_gradient().begin());
  executor.backward(pass.theta, pass.theta_gradient, pass.inputs_gradients[0]);
}

template <class T>
void Composite<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  Executor<T>& executor = static_cast<Scratch&>(*pass.scratch).executor;
  executor.set_mode(pass.mode);
  executor.forward_tangent(pass.theta, pass.theta_dot, pass.inputs[0], pass.inputs_dot[0], pass.count);
  std::ranges::copy(pass.upstream, executor.output_gradient().begin());
  std::ranges::copy(pass.upstream_dot, executor.output_gradient_dot().begin());
  executor.backward_tangent(pass.theta, pass.theta_dot, pass.theta_gradient, pass.theta_gradient_dot,
                            pass.inputs_gradients[0], pass.inputs_gradients_dot[0]);
}

template class Composite<float>;
template class Composite<double>;

}  // namespace tacit::models
