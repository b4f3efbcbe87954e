#pragma once

#include <string>

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// One colour over the whole image: `colour` = "random" (default: each channel uniform in the feature bounds), "dark",
/// "light" (all channels at their lower or upper bound), "red", "green" or "blue" (one channel at its upper bound, the
/// others at their lower; images of three channels only).
class Colour final : public Initialiser {
 public:
  explicit Colour(std::string colour) : colour_(std::move(colour)) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  std::vector<Need> needs() const override { return {Need::feature_bounds}; }
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  std::string colour_;
};

}  // namespace tacit::attacks
