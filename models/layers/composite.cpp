#include "models/layers/composite.h"

#include <algorithm>

#include "core/error.h"
#include "models/executor.h"

namespace tacit::models {

template <class T>
struct Composite<T>::Scratch final : LayerScratch {
  explicit Scratch(const Graph<T>& graph) : executor(graph) {}
  Executor<T> executor;
  std::vector<T> inputs, inputs_dot, gradients, gradients_dot;  ///< of several inputs, side by side
};

template <class T>
Composite<T>::Composite(std::string type, Graph<T> graph)
    : Composite(std::move(type), graph, {graph.shape(Graph<T>::input)}) {}

template <class T>
Composite<T>::Composite(std::string type, Graph<T> graph, std::vector<Shape> input_shapes)
    : type_(std::move(type)), graph_(std::move(graph)), input_shapes_(std::move(input_shapes)) {
  std::size_t together = 0;
  for (const Shape& shape : input_shapes_) together += element_count(shape);
  if (together != graph_.size(Graph<T>::input))
    fail(ErrorKind::usage, "a layer of type {} has inputs of {} elements, its graph one of {}", type_, together,
         graph_.size(Graph<T>::input));
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
std::span<const T> Composite<T>::joined(std::span<const std::span<const T>> inputs, std::size_t count,
                                        std::vector<T>& storage) const {
  if (inputs.size() == 1) return inputs[0];
  if (std::ranges::all_of(inputs, [](std::span<const T> input) { return input.empty(); })) return {};
  const std::size_t whole = graph_.size(Graph<T>::input);
  storage.resize(std::max(storage.size(), count * whole));
  std::size_t begin = 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::size_t size = element_count(input_shapes_[i]);
    for (std::size_t b = 0; b < count; ++b) {
      const auto to = storage.begin() + static_cast<std::ptrdiff_t>(b * whole + begin);
      if (inputs[i].empty()) {
        std::fill_n(to, size, T(0));
      } else {
        std::ranges::copy(inputs[i].subspan(b * size, size), to);
      }
    }
    begin += size;
  }
  return std::span(storage).first(count * whole);
}

template <class T>
std::span<T> Composite<T>::to_split(std::span<const std::span<T>> gradients, std::size_t count,
                                    std::vector<T>& storage) const {
  if (gradients.size() == 1) return gradients[0];
  if (std::ranges::all_of(gradients, [](std::span<T> gradient) { return gradient.empty(); })) return {};
  const std::size_t size = count * graph_.size(Graph<T>::input);
  storage.resize(std::max(storage.size(), size));
  return std::span(storage).first(size);
}

template <class T>
void Composite<T>::split(std::span<const T> all, std::span<const std::span<T>> gradients, std::size_t count) const {
  if (gradients.size() == 1 || all.empty()) return;
  const std::size_t whole = graph_.size(Graph<T>::input);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const std::size_t size = element_count(input_shapes_[i]);
    for (std::size_t b = 0; b < count && !gradients[i].empty(); ++b)
      std::ranges::copy(all.subspan(b * whole + begin, size), gradients[i].subspan(b * size, size).begin());
    begin += size;
  }
}

template <class T>
void Composite<T>::forward(const ForwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  scratch.executor.set_mode(pass.mode);
  scratch.executor.forward(pass.theta, joined(pass.inputs, pass.count, scratch.inputs), pass.count);
  std::ranges::copy(scratch.executor.outputs(), pass.outputs.begin());
}

template <class T>
void Composite<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  scratch.executor.set_mode(pass.mode);
  scratch.executor.forward_tangent(pass.theta, pass.theta_dot, joined(pass.inputs, pass.count, scratch.inputs),
                                   joined(pass.inputs_dot, pass.count, scratch.inputs_dot), pass.count);
  std::ranges::copy(scratch.executor.outputs(), pass.outputs.begin());
  std::ranges::copy(scratch.executor.outputs_dot(), pass.outputs_dot.begin());
}

template <class T>
void Composite<T>::backward(const BackwardPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  Executor<T>& executor = scratch.executor;
  executor.set_mode(pass.mode);
  executor.forward(pass.theta, joined(pass.inputs, pass.count, scratch.inputs), pass.count);
  std::ranges::copy(pass.upstream, executor.output_gradient().begin());
  const std::span<T> gradients = to_split(pass.inputs_gradients, pass.count, scratch.gradients);
  executor.backward(pass.theta, pass.theta_gradient, gradients);
  split(gradients, pass.inputs_gradients, pass.count);
}

template <class T>
void Composite<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  auto& scratch = static_cast<Scratch&>(*pass.scratch);
  Executor<T>& executor = scratch.executor;
  executor.set_mode(pass.mode);
  executor.forward_tangent(pass.theta, pass.theta_dot, joined(pass.inputs, pass.count, scratch.inputs),
                           joined(pass.inputs_dot, pass.count, scratch.inputs_dot), pass.count);
  std::ranges::copy(pass.upstream, executor.output_gradient().begin());
  std::ranges::copy(pass.upstream_dot, executor.output_gradient_dot().begin());
  const std::span<T> gradients = to_split(pass.inputs_gradients, pass.count, scratch.gradients),
                     gradients_dot = to_split(pass.inputs_gradients_dot, pass.count, scratch.gradients_dot);
  executor.backward_tangent(pass.theta, pass.theta_dot, pass.theta_gradient, pass.theta_gradient_dot, gradients,
                            gradients_dot);
  split(gradients, pass.inputs_gradients, pass.count);
  split(gradients_dot, pass.inputs_gradients_dot, pass.count);
}

template class Composite<float>;
template class Composite<double>;

}  // namespace tacit::models
