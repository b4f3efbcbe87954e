#pragma once

#include "models/losses/loss_function.h"

namespace tacit::models {

/// L = -1/count sum_b sum_c y_bc log p_bc with p = softmax(z), z the outputs (logits). log p = z - logsumexp(z),
/// shifted by the largest logit, so it never overflows. Targets need not lie on the simplex: with s_b = sum_c y_bc,
///   dL/dz_bc = (s_b p_bc - y_bc) / count,   dL/dy_bc = -log p_bc / count.
template <class T>
class SoftmaxCrossEntropy final : public LossFunction<T> {
 public:
  using typename LossFunction<T>::Batch;
  using typename LossFunction<T>::BatchDot;
  using typename LossFunction<T>::Slopes;
  T value(const Batch& batch) const override;
  T gradient(const Batch& batch, const Slopes& slopes) const override;
  typename Evaluation<T>::LossTangent gradient_tangent(const Batch& batch, const BatchDot& dot, const Slopes& slopes,
                                                       const Slopes& slopes_dot) const override;
};

}  // namespace tacit::models
