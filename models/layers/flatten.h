#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// The same elements as one row: [channels, height, width] becomes [channels height width].
template <class T>
class Flatten final : public Layer<T> {
 public:
  explicit Flatten(Shape shape);
  std::string_view type() const noexcept override { return "flatten"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
