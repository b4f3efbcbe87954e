#pragma once

#include "models/losses/pointwise_loss.h"

namespace tacit::models {

/// max(0, margin - y o) for a target from -1 to +1 (Cortes and Vapnik, Machine Learning 20, 273 (1995)). At the kink
/// the derivatives are those of the flat side.
template <class T>
struct BinaryHinge {
  T margin;

  PointwiseDerivatives<T> operator()(T output, T target, std::size_t, bool) const {
    const T rest = margin - target * output;
    if (rest <= T(0)) return {};
    return {.value = static_cast<double>(rest), .output = -target, .target = -output, .output_target = -1};
  }
};

}  // namespace tacit::models
