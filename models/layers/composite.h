#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/graph.h"
#include "models/layer.h"

namespace tacit::models {

/// A graph of layers used as one layer. Its input is that of the layer, or all of them side by side, where layers of
/// type Part (part.h) pick out what they read. Its parameters are those of the graph, in the same order; first and
/// second derivatives are those of the parts. What passes back starts with the way forward again.
template <class T>
class Composite : public Layer<T> {
 public:
  /// Throws Error(usage) if the graph is empty, wastes an output, or has a layer that couples examples or keeps
  /// statistics.
  Composite(std::string type, Graph<T> graph);
  /// With several inputs; throws Error(usage) also if they are not, together, as large as the graph's.
  Composite(std::string type, Graph<T> graph, std::vector<Shape> input_shapes);

  std::string_view type() const noexcept final { return type_; }
  const std::vector<Shape>& input_shapes() const noexcept final { return input_shapes_; }
  const Shape& output_shape() const noexcept final { return graph_.shape(graph_.nodes().size()); }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  std::unique_ptr<LayerScratch> make_scratch() const final;
  void forward(const ForwardPass<T>& pass) const final;
  void forward_tangent(const ForwardTangentPass<T>& pass) const final;
  void backward(const BackwardPass<T>& pass) const final;
  void backward_tangent(const BackwardTangentPass<T>& pass) const final;

  const Graph<T>& graph() const noexcept { return graph_; }

 private:
  struct Scratch;
  /// The inputs of the graph, from those of the layer; an empty one is zero, and if all are, nothing.
  std::span<const T> joined(std::span<const std::span<const T>> inputs, std::size_t count,
                            std::vector<T>& storage) const;
  /// Where the graph writes the gradients of its inputs; nothing if none is wanted.
  std::span<T> to_split(std::span<const std::span<T>> gradients, std::size_t count, std::vector<T>& storage) const;
  /// What it wrote there, given to those of the layer that are wanted.
  void split(std::span<const T> all, std::span<const std::span<T>> gradients, std::size_t count) const;

  std::string type_;
  Graph<T> graph_;
  std::vector<Shape> input_shapes_;
};

}  // namespace tacit::models
