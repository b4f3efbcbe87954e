#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// A soft box: R(x) = mean over features of the squared distance to the feature bounds. For solvers or runs without
/// projection.
class Box final : public Prior {
 public:
  explicit Box(double weight) : weight_(weight) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  std::vector<Need> needs() const override { return {Need::feature_bounds}; }
  void check(const Features& features) const override;
  double add(const Features& features, std::span<const double> x, double scale,
             std::span<double> gradient) const override;

 private:
  double weight_;
};

}  // namespace tacit::attacks
