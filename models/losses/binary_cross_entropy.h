#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/losses/pointwise_loss.h"

namespace tacit::models {

/// The cross-entropy of one yes or no with p = 1 / (1 + exp(-z)), z the output (a logit):
///   -(a t log p + b (1 - t) log(1 - p)),   -log p = softplus(-z),   -log(1 - p) = softplus(z),
/// where t is the target (1 + y) / 2 of a model with one output and y of one with several, smoothed to (1 - s) t + s/2.
/// The weights a and b are those of class 1 and class 0 for one output, and both the output's own for several.
template <class T>
struct BinaryCrossEntropy {
  T smoothing;
  std::vector<T> weights;  ///< [classes], or empty for 1

  PointwiseDerivatives<T> operator()(T z, T y, std::size_t column, bool single) const {
    const T slope_of_t = (1 - smoothing) * (single ? T(0.5) : T(1));
    const T t = (1 - smoothing) * (single ? (1 + y) / 2 : y) + smoothing / 2;
    const T of_yes = weights.empty() ? T(1) : weights[single ? 1 : column];
    const T of_no = weights.empty() ? T(1) : weights[single ? 0 : column];
    const T tail = std::exp(-std::abs(z)), smaller = tail / (1 + tail);
    const T p = z >= T(0) ? 1 - smaller : smaller, q = z >= T(0) ? smaller : 1 - smaller;
    const T bend = std::log1p(tail);
    const T minus_log_p = std::max(-z, T(0)) + bend, minus_log_q = std::max(z, T(0)) + bend;
    const T yes = of_yes * t, no = of_no * (1 - t);
    return {.value = term(yes, minus_log_p) + term(no, minus_log_q),
            .output = no * p - yes * q,
            .target = slope_of_t * (of_yes * minus_log_p - of_no * minus_log_q),
            .output_output = (yes + no) * p * q,
            .output_target = -slope_of_t * (of_yes * q + of_no * p),
            .target_target = 0};
  }

 private:
  /// A share of zero ignores its term even where that is infinite.
  static double term(T share, T minus_log) {
    return share == T(0) ? 0.0 : static_cast<double>(share) * static_cast<double>(minus_log);
  }
};

}  // namespace tacit::models
