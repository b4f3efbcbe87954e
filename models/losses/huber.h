#pragma once

#include <cmath>

#include "models/losses/pointwise_loss.h"

namespace tacit::models {

/// With d = o - y: d^2 / 2 where |d| <= delta, delta (|d| - delta / 2) beyond (Huber, Annals of Mathematical Statistics
/// 35, 73 (1964)). The second derivative jumps at |d| = delta; there it is the inner one.
template <class T>
struct Huber {
  T delta;

  PointwiseDerivatives<T> operator()(T output, T target, std::size_t, bool) const {
    const T difference = output - target;
    const double d = static_cast<double>(difference), bound = static_cast<double>(delta);
    // Written so that what is not a number counts as near, and stays visible.
    if (std::abs(difference) > delta) {
      const T slope = std::copysign(delta, difference);
      return {.value = bound * (std::abs(d) - bound / 2), .output = slope, .target = -slope};
    }
    return {.value = d * d / 2,
            .output = difference,
            .target = -difference,
            .output_output = 1,
            .output_target = -1,
            .target_target = 1};
  }
};

}  // namespace tacit::models
