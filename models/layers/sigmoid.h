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
  static void slope(std::span<const T> y, std::span<const T> direction, std::span<T> output) {
    kernels::logistic_slope<T>(y, direction, output);
  }
  template <class T>
  static void slope_tangent(std::span<const T> y, std::span<const T> y_dot, std::span<const T> direction,
                            std::span<const T> direction_dot, std::span<T> output) {
    kernels::logistic_slope_tangent<T>(y, y_dot, direction, direction_dot, output);
  }
};

template <class T>
using Sigmoid = SmoothActivation<T, SigmoidFunction>;

}  // namespace tacit::models
