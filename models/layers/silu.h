#pragma once

#include <cmath>

#include "models/layers/elementwise.h"

namespace tacit::models {

/// y = x s(x) with s the logistic function (Elfwing et al. 2018; "swish"); y' = s + x s (1 - s),
/// y'' = s (1 - s) (2 + x (1 - 2 s)).
struct SiluFunction {
  static constexpr std::string_view type = "silu";

  template <class T>
  static T value(T x) {
    return x * logistic(x);
  }
  template <class T>
  static T slope(T x) {
    const T s = logistic(x);
    return s + x * s * (T(1) - s);
  }
  template <class T>
  static T curvature(T x) {
    const T s = logistic(x);
    return s * (T(1) - s) * (T(2) + x * (T(1) - T(2) * s));
  }

 private:
  template <class T>
  static T logistic(T x) {
    return T(1) / (T(1) + std::exp(-x));
  }
};

template <class T>
using Silu = CurvedActivation<T, SiluFunction>;

}  // namespace tacit::models
