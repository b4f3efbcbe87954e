#pragma once

#include <utility>
#include <vector>

#include "models/losses/loss_function.h"

namespace tacit::models {

/// L = -1/count sum_b sum_c q_bc log p_bc with p = softmax(z), z the outputs (logits), and
///   q_bc = w_c ((1 - s) y_bc + s/classes),
/// w the class weights (1) and s the label smoothing (0; Szegedy et al., arXiv 1512.00567, section 7). log p = z -
/// logsumexp(z), shifted by the largest logit, so it never overflows. Targets need not lie on the simplex: with m_b =
/// sum_c q_bc,
///   dL/dz_bc = (m_b p_bc - q_bc) / count,   dL/dy_bc = -w_c (1 - s) log p_bc / count.
/// The mean divides by the number of examples, not by the sum of their weights, so that an example's share of the
/// gradient does not depend on the others in its batch.
template <class T>
class SoftmaxCrossEntropy final : public LossFunction<T> {
 public:
  using typename LossFunction<T>::Batch;
  using typename LossFunction<T>::BatchDot;
  using typename LossFunction<T>::Slopes;
  /// `weights` is [classes], or empty for 1 each.
  SoftmaxCrossEntropy(T smoothing, std::vector<T> weights) : smoothing_(smoothing), weights_(std::move(weights)) {}
  T value(const Batch& batch) const override;
  T gradient(const Batch& batch, const Slopes& slopes) const override;
  typename Evaluation<T>::LossTangent gradient_tangent(const Batch& batch, const BatchDot& dot, const Slopes& slopes,
                                                       const Slopes& slopes_dot) const override;

 private:
  T weight(std::size_t c) const { return weights_.empty() ? T(1) : weights_[c]; }
  /// q of one class, and its derivative by the target.
  T share(T target, std::size_t c, std::size_t classes) const {
    return weight(c) * ((1 - smoothing_) * target + smoothing_ / static_cast<T>(classes));
  }
  T share_slope(std::size_t c) const { return weight(c) * (1 - smoothing_); }

  T smoothing_;
  std::vector<T> weights_;
};

}  // namespace tacit::models
