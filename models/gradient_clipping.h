#pragma once

#include <span>

namespace tacit::models {

/// Bounds on the gradient of a batch before the optimizer sees it (Pascanu, Mikolov, Bengio, ICML 2013). First each
/// element is clamped to [-value, value], then the whole is scaled down to the Euclidean norm `norm`. 0: no bound.
struct GradientClipping {
  double value = 0;
  double norm = 0;

  bool is_off() const { return value == 0 && norm == 0; }
  /// In place. The norm is summed in double in the order of the elements. What is not a number stays one.
  void apply(std::span<float> gradient) const;
};

}  // namespace tacit::models
