#pragma once

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// Independent normal values with the section's `mean` (default 0) and `deviation` (default 1), drawn again while they
/// lie more than `cut` (default 2) deviations from the mean.
class TruncatedNormal final : public Initialiser {
 public:
  TruncatedNormal(double mean, double deviation, double cut) : mean_(mean), deviation_(deviation), cut_(cut) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  double mean_, deviation_, cut_;
};

}  // namespace tacit::attacks
