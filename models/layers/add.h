#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// y = x_0 + x_1 + ... of equal shapes: where branches of a graph meet, as in a residual connection. Added left to
/// right.
template <class T>
class Add final : public Layer<T> {
 public:
  /// Throws Error(usage) unless inputs >= 2.
  Add(Shape shape, std::size_t inputs);
  std::string_view type() const noexcept override { return "add"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return input_shapes_.front(); }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  std::vector<Shape> input_shapes_;
};

}  // namespace tacit::models
