#pragma once

#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// D(g) = sum_i |g_i - g*_i|. At equal components the subgradient 0 is taken.
class Absolute final : public Objective {
 public:
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  bool scale_free() const noexcept override { return false; }
};

}  // namespace tacit::attacks
