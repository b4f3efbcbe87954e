#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// R(x) = mean |x|^p / p with p = `exponent`, at least 1: small values are likelier (with p = 2 the fidelity term
/// of Yin et al., "See through Gradients", CVPR 2021, arXiv 2104.07586, Eq. 8).
class Norm final : public Prior {
 public:
  Norm(double weight, double exponent) : weight_(weight), exponent_(exponent) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  void check(const Features&) const override {}
  double add(const Features& features, std::span<const double> x, double scale,
             std::span<double> gradient) const override;

 private:
  double weight_, exponent_;
};

}  // namespace tacit::attacks
