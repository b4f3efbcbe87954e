#pragma once

#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// D(g) = 1 - <g, g*> / (|g| |g*|) over all layers together (Geiping et al., "Inverting Gradients", NeurIPS 2020,
/// arXiv 2003.14053, Eq. 4). Near the solution, where that cancels, computed as |g/|g| - g*/|g*||^2 / 2, which is
/// equal. A candidate with zero gradient has no direction: D = 1 and the derivative is zero.
class Cosine final : public Objective {
 public:
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  double evaluate_in_float(std::span<const float> candidate, std::span<const float> observed,
                           std::span<float> derivative) const override;
  bool scale_free() const noexcept override { return true; }
};

}  // namespace tacit::attacks
