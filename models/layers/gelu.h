#pragma once

#include <cmath>
#include <numbers>

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = x Phi(x) with Phi the distribution function and phi the density of the standard normal distribution (Hendrycks
/// and Gimpel 2016, the exact form); y' = Phi + x phi, y'' = (2 - x^2) phi.
struct GeluFunction {
  static constexpr std::string_view type = "gelu";

  template <class T>
  static T value(T x) {
    return x * distribution(x);
  }
  template <class T>
  static T slope(T x) {
    return distribution(x) + x * density(x);
  }
  template <class T>
  static T curvature(T x) {
    return (T(2) - x * x) * density(x);
  }

 private:
  /// By erfc, which keeps its relative accuracy far to the left.
  template <class T>
  static T distribution(T x) {
    return T(0.5) * std::erfc(-x * static_cast<T>(1 / std::numbers::sqrt2));
  }
  template <class T>
  static T density(T x) {
    return static_cast<T>(std::numbers::inv_sqrtpi / std::numbers::sqrt2) * std::exp(T(-0.5) * x * x);
  }
};

template <class T>
using Gelu = CurvedActivation<T, GeluFunction>;

}  // namespace tacit::models
