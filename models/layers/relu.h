#pragma once

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = max(x, 0). The derivative at 0 is taken as 0; the second derivative is 0 wherever it exists. A NaN passes
/// through.
template <class T>
class Relu final : public ElementwiseLayer<T> {
 public:
  using ElementwiseLayer<T>::ElementwiseLayer;
  std::string_view type() const noexcept override { return "relu"; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;
};

}  // namespace tacit::models
