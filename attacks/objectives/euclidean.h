#pragma once

#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// D(g) = sum_i (g_i - g*_i)^2 (Zhu et al., "Deep Leakage from Gradients", NeurIPS 2019, arXiv 1906.08935, Eq. 3).
class Euclidean final : public Objective {
 public:
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  double evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                           std::span<float> derivative) const override;
  bool scale_free() const noexcept override { return false; }
};

}  // namespace tacit::attacks
