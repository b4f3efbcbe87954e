#pragma once

#include "models/kernels/activations.h"
#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = tanh(x); y' = 1 - y^2.
struct TanhFunction {
  static constexpr std::string_view type = "tanh";
  template <class T>
  static void apply(std::span<const T> inputs, std::span<T> outputs) {
    kernels::hyperbolic_tangent<T>(inputs, outputs);
  }
  template <class T>
  static void slope(std::span<const T> y, std::span<const T> direction, std::span<T> output) {
    kernels::hyperbolic_tangent_slope<T>(y, direction, output);
  }
  template <class T>
  static void slope_tangent(std::span<const T> y, std::span<const T> y_dot, std::span<const T> direction,
                            std::span<const T> direction_dot, std::span<T> output) {
    kernels::hyperbolic_tangent_slope_tangent<T>(y, y_dot, direction, direction_dot, output);
  }
};

template <class T>
using Tanh = SmoothActivation<T, TanhFunction>;

}  // namespace tacit::models
