#pragma once

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = x for x > 0, negative_slope x otherwise; the derivative at 0 is taken as negative_slope. A NaN passes through.
struct LeakyReluFunction {
  static constexpr std::string_view type = "leaky_relu";
  double negative_slope = 0.01;

  template <class T>
  T value(T x) const {
    return slope(x) * x;
  }
  template <class T>
  T slope(T x) const {
    return x > T(0) ? T(1) : static_cast<T>(negative_slope);
  }
  template <class T>
  T curvature(T) const {
    return T(0);
  }
};

template <class T>
using LeakyRelu = CurvedActivation<T, LeakyReluFunction>;

}  // namespace tacit::models
