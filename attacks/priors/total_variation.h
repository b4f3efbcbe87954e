#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// Anisotropic total variation, as means: R(x) = mean |x[c,i,j] - x[c,i,j+1]| + mean |x[c,i,j] - x[c,i+1,j]| (the form
/// in the code of Geiping et al., arXiv 2003.14053; Rudin, Osher and Fatemi, Physica D 60, 1992). Images only; with
/// skip_unless_image = true it is zero for other features instead of refusing them. At equal neighbours the
/// subgradient 0 is taken.
class TotalVariation final : public Prior {
 public:
  TotalVariation(double weight, bool skip_unless_image) : weight_(weight), skip_unless_image_(skip_unless_image) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  void check(const Features& features) const override;
  double add(const Features& features, std::span<const double> x, double scale,
             std::span<double> gradient) const override;

 private:
  double weight_;
  bool skip_unless_image_;
};

}  // namespace tacit::attacks
