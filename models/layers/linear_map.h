#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// A layer that is linear in its input and its parameters together: y = A x + B theta, with A and B fixed. A layer says
/// how to apply the map and its transpose; first and second derivatives follow.
template <class T>
class LinearMap : public Layer<T> {
 public:
  LinearMap(Shape input_shape, Shape output_shape)
      : input_shapes_{std::move(input_shape)}, output_shape_(std::move(output_shape)) {}
  const std::vector<Shape>& input_shapes() const noexcept final { return input_shapes_; }
  const Shape& output_shape() const noexcept final { return output_shape_; }

  void forward(const ForwardPass<T>& pass) const final { apply(pass.count, pass.theta, pass.inputs[0], pass.outputs); }
  void forward_tangent(const ForwardTangentPass<T>& pass) const final {
    if (!pass.outputs_known) apply(pass.count, pass.theta, pass.inputs[0], pass.outputs);
    apply(pass.count, pass.theta_dot, pass.inputs_dot[0], pass.outputs_dot);
  }
  void backward(const BackwardPass<T>& pass) const final {
    pull_back(pass.count, pass.upstream, pass.theta_gradient, pass.inputs_gradients[0]);
  }
  void backward_tangent(const BackwardTangentPass<T>& pass) const final {
    pull_back(pass.count, pass.upstream, pass.theta_gradient, pass.inputs_gradients[0]);
    pull_back(pass.count, pass.upstream_dot, pass.theta_gradient_dot, pass.inputs_gradients_dot[0]);
  }

 protected:
  /// y = A x + B theta for every example; an empty x or theta is zero.
  virtual void apply(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> y) const = 0;
  /// x_gradient = A^T u for every example, theta_gradient = B^T (sum of u over the examples); each empty = not wanted.
  virtual void pull_back(std::size_t count, std::span<const T> u, std::span<T> theta_gradient,
                         std::span<T> x_gradient) const = 0;

 private:
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
};

}  // namespace tacit::models
