#pragma once

#include "models/losses/loss_function.h"

namespace tacit::models {

/// L = 1/(count size) sum_b sum_k (o_bk - y_bk)^2: the mean over examples and over outputs.
template <class T>
class MeanSquaredError final : public LossFunction<T> {
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
