#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// The same elements in another shape.
template <class T>
class View : public Layer<T> {
 public:
  const std::vector<Shape>& input_shapes() const noexcept final { return input_shapes_; }
  const Shape& output_shape() const noexcept final { return output_shape_; }
  void forward(const ForwardPass<T>& pass) const final;
  void forward_tangent(const ForwardTangentPass<T>& pass) const final;
  void backward(const BackwardPass<T>& pass) const final;
  void backward_tangent(const BackwardTangentPass<T>& pass) const final;

 protected:
  /// Throws Error(usage) unless both shapes have as many elements, and extents above 0.
  View(Shape from, Shape to);

 private:
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
