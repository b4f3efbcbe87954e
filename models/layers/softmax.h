#pragma once

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y_i = exp(x_i) / sum over j of exp(x_j) over all elements of an example; the largest input is subtracted first, so
/// nothing overflows. Not for the end of a model with the loss softmax_cross_entropy, which does it itself.
template <class T>
class Softmax final : public ElementwiseLayer<T> {
 public:
  /// Throws Error(usage) on an empty shape.
  explicit Softmax(Shape shape);
  std::string_view type() const noexcept override { return "softmax"; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  std::size_t size_;
};

}  // namespace tacit::models
