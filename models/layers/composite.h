#pragma once

#include <memory>
#include <string>

#include "models/graph.h"
#include "models/layer.h"

namespace tacit::models {

/// A graph of layers used as one layer with one input. Its parameters are those of the graph, in the same order; first
/// and second derivatives are those of the parts. What passes back starts with the way forward again.
template <class T>
class Composite : public Layer<T> {
 public:
  /// Throws Error(usage) if the graph is empty, wastes an output, or has a layer that couples examples or keeps
  /// statistics.
  Composite(std::string type, Graph<T> graph);

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
  std::string type_;
  Graph<T> graph_;
  std::vector<Shape> input_shapes_;
};

}  // namespace tacit::models
