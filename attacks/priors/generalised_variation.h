#pragma once

#include <cstddef>

#include "attacks/priors/prior.h"

namespace tacit::attacks {

struct VariationSettings {
  double weight = 0;
  double inner_exponent = 2;    ///< p
  double outer_exponent = 0.5;  ///< q
  bool colour_differences = false;
  bool skip_unless_image = false;
};

/// Total variation with exponents: with d and e the differences of a pixel to its right and lower neighbour (0 at the
/// border), R(x) = mean over pixels and planes of ((|d| + s)^p + (|e| + s)^p)^q, s = 1e-8. With p = 2 and q = 1/2 it is
/// isotropic; with p = 2, q = 1.25 that of Wang et al. ("Beyond Inferring Class Representatives", INFOCOM 2019, arXiv
/// 1812.00535). With colour_differences the planes of images with three channels are these and their three differences
/// (the "double opponents" of the breaching framework). Images only, unless told to skip other features.
class GeneralisedVariation final : public Prior {
 public:
  explicit GeneralisedVariation(const VariationSettings& settings) : settings_(settings) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  void check(const Features& features) const override;
  double add(const Features& features, std::span<const double> x, double scale,
             std::span<double> gradient) const override;

 private:
  VariationSettings settings_;
};

}  // namespace tacit::attacks
