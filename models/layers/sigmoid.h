#pragma once

#include "models/kernels/activations.h"
#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = 1 / (1 + exp(-x)); y' = y (1 - y).
struct SigmoidFunction {
  static constexpr std::string_view type = "sigmoid";
  template <class T>
  static void apply(std::span<const T> inputs, std::span<T> outputs) {
    kernels::logistic<T>(inputs, outputs);
  }
  template <class T>
  static T slope(T y) {
    return y * (T(1) - y);
  }
  template <class T>
  static T slope_dot(T y) {
    return T(1) - T(2) * y;
  }
};

template <class T>
using Sigmoid = SmoothActivation<T, SigmoidFunction>;

}  // namespace tacit::models
