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
  static T slope(T y) {
    return (T(1) - y) * (T(1) + y);
  }
  template <class T>
  static T slope_dot(T y) {
    return T(-2) * y;
  }
};

template <class T>
using Tanh = SmoothActivation<T, TanhFunction>;

}  // namespace tacit::models
