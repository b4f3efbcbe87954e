#pragma once

#include "models/losses/loss_function.h"

namespace tacit::models {

/// L = 1/count sum_b sum_c y_bc h_c(o_b) with h_c(o) = 1/classes sum_{j != c} max(0, margin - o_c + o_j): the hinge of
/// Weston and Watkins (ESANN 1999, without the square), expected over the target's distribution. Linear in the targets.
/// At a kink the derivatives are those of the flat side.
template <class T>
class MulticlassHinge final : public LossFunction<T> {
 public:
  using typename LossFunction<T>::Batch;
  using typename LossFunction<T>::BatchDot;
  using typename LossFunction<T>::Slopes;
  explicit MulticlassHinge(double margin) : margin_(static_cast<T>(margin)) {}
  T value(const Batch& batch) const override { return gradient(batch, {}); }
  T gradient(const Batch& batch, const Slopes& slopes) const override;
  typename Evaluation<T>::LossTangent gradient_tangent(const Batch& batch, const BatchDot& dot, const Slopes& slopes,
                                                       const Slopes& slopes_dot) const override;

 private:
  T margin_;
};

}  // namespace tacit::models
