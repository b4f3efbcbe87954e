#pragma once

#include "models/losses/pointwise_loss.h"

namespace tacit::models {

/// (o - y)^2.
template <class T>
struct MeanSquaredError {
  PointwiseDerivatives<T> operator()(T output, T target, std::size_t, bool) const {
    const T difference = output - target;
    return {.value = static_cast<double>(difference) * static_cast<double>(difference),
            .output = 2 * difference,
            .target = -2 * difference,
            .output_output = 2,
            .output_target = -2,
            .target_target = 2};
  }
};

}  // namespace tacit::models
