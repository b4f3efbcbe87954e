#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// No belief: R(x) = 0.
class NoPrior final : public Prior {
 public:
  static std::unique_ptr<const Prior> make(ConfigTable) { return std::make_unique<const NoPrior>(); }
  void check(const Features&) const override {}
  double add(const Features&, std::span<const double>, double, std::span<double>) const override { return 0; }
};

}  // namespace tacit::attacks
