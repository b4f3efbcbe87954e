#pragma once

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y_i = x_i - log(sum over j of exp(x_j)) over all elements of an example, with the largest input taken out of the sum
/// first: the logarithm of the softmax, without its underflow. The softmax of y is that of x, so the loss
/// softmax_cross_entropy may follow.
template <class T>
class LogSoftmax final : public ElementwiseLayer<T> {
 public:
  /// Throws Error(usage) on an empty shape.
  explicit LogSoftmax(Shape shape);
  std::string_view type() const noexcept override { return "log_softmax"; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  std::size_t size_;
};

}  // namespace tacit::models
