#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// What layers that keep the shape of their single input have in common.
template <class T>
class ElementwiseLayer : public Layer<T> {
 public:
  explicit ElementwiseLayer(Shape shape) : shapes_{std::move(shape)} {}
  const std::vector<Shape>& input_shapes() const noexcept final { return shapes_; }
  const Shape& output_shape() const noexcept final { return shapes_.front(); }

 private:
  std::vector<Shape> shapes_;
};

/// A smooth function y = f(x) whose derivatives are functions of its value. `Function` provides apply(inputs, outputs)
/// and, as kernels/activations.h says, slope(y, direction, output) and slope_tangent(y, y_dot, direction,
/// direction_dot, output).
template <class T, class Function>
class SmoothActivation final : public ElementwiseLayer<T> {
 public:
  using ElementwiseLayer<T>::ElementwiseLayer;
  std::string_view type() const noexcept override { return Function::type; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;
};

template <class T, class Function>
void SmoothActivation<T, Function>::forward(const ForwardPass<T>& pass) const {
  Function::apply(pass.inputs[0], pass.outputs);
}

template <class T, class Function>
void SmoothActivation<T, Function>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) Function::apply(pass.inputs[0], pass.outputs);
  Function::slope(std::span<const T>(pass.outputs), pass.inputs_dot[0], pass.outputs_dot);
}

template <class T, class Function>
void SmoothActivation<T, Function>::backward(const BackwardPass<T>& pass) const {
  const std::span<T> gradient = pass.inputs_gradients[0];
  if (!gradient.empty()) Function::slope(pass.outputs, pass.upstream, gradient);
}

template <class T, class Function>
void SmoothActivation<T, Function>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  const std::span<T> gradient = pass.inputs_gradients[0], gradient_dot = pass.inputs_gradients_dot[0];
  if (!gradient.empty()) Function::slope(pass.outputs, pass.upstream, gradient);
  if (gradient_dot.empty()) return;
  if (pass.outputs_dot.empty()) {
    Function::slope(pass.outputs, pass.upstream_dot, gradient_dot);
  } else {
    Function::slope_tangent(pass.outputs, pass.outputs_dot, pass.upstream, pass.upstream_dot, gradient_dot);
  }
}

/// A function y = f(x) given with both derivatives as functions of its argument: `Function` provides value(x), slope(x)
/// = f'(x) and curvature(x) = f''(x), and may hold settings.
template <class T, class Function>
class CurvedActivation final : public ElementwiseLayer<T> {
 public:
  explicit CurvedActivation(Shape shape, Function function = {})
      : ElementwiseLayer<T>(std::move(shape)), function_(function) {}
  std::string_view type() const noexcept override { return Function::type; }
  const Function& function() const noexcept { return function_; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  Function function_;
};

template <class T, class Function>
void CurvedActivation<T, Function>::forward(const ForwardPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0];
  for (std::size_t i = 0; i < pass.outputs.size(); ++i) pass.outputs[i] = function_.value(x[i]);
}

template <class T, class Function>
void CurvedActivation<T, Function>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0];
  for (std::size_t i = 0; i < pass.outputs.size() && !pass.outputs_known; ++i) pass.outputs[i] = function_.value(x[i]);
  for (std::size_t i = 0; i < pass.outputs.size(); ++i) pass.outputs_dot[i] = function_.slope(x[i]) * x_dot[i];
}

template <class T, class Function>
void CurvedActivation<T, Function>::backward(const BackwardPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0];
  const std::span<T> gradient = pass.inputs_gradients[0];
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = function_.slope(x[i]) * pass.upstream[i];
}

template <class T, class Function>
void CurvedActivation<T, Function>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  const std::span<const T> x = pass.inputs[0], x_dot = pass.inputs_dot[0];
  const std::span<T> gradient = pass.inputs_gradients[0], gradient_dot = pass.inputs_gradients_dot[0];
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] = function_.slope(x[i]) * pass.upstream[i];
  for (std::size_t i = 0; i < gradient_dot.size(); ++i) {
    const T of_slope = x_dot.empty() ? T(0) : function_.curvature(x[i]) * x_dot[i] * pass.upstream[i];
    gradient_dot[i] = function_.slope(x[i]) * pass.upstream_dot[i] + of_slope;
  }
}

}  // namespace tacit::models
