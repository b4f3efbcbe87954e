#include "attacks/initialisers/truncated_normal.h"

#include <cmath>

namespace tacit::attacks {

std::unique_ptr<const Initialiser> TruncatedNormal::make(ConfigTable section) {
  const double mean = section.number("mean", {-1e9, 1e9}, 0.0);
  const double deviation = section.number("deviation", {0, 1e9}, 1.0);
  return std::make_unique<const TruncatedNormal>(mean, deviation, section.number("cut", {0.1, 100}, 2.0));
}

void TruncatedNormal::fill(const Features&, RandomStream& random, std::span<double> x) const {
  for (double& value : x) {
    double z = random.normal();
    while (std::abs(z) > cut_) z = random.normal();
    value = mean_ + deviation_ * z;
  }
}

}  // namespace tacit::attacks
