#include "attacks/initialisers/normal.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> Normal::make(ConfigTable section) {
  const double mean = section.number("mean", {-1e9, 1e9}, 0.0);
  return std::make_unique<const Normal>(mean, section.number("deviation", {0, 1e9}, 1.0));
}

void Normal::fill(const Features&, RandomStream& random, std::span<double> x) const {
  for (double& value : x) value = mean_ + deviation_ * random.normal();
}

}  // namespace tacit::attacks
