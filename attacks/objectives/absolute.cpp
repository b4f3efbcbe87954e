#include "attacks/objectives/absolute.h"

#include <cmath>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> Absolute::make(ConfigTable) {
  return std::make_unique<const Absolute>();
}

double Absolute::evaluate(std::span<const double> candidate, std::span<const double> observed,
                          std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  double sum = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const double difference = candidate[i] - observed[i];
    sum += std::abs(difference);
    derivative[i] = difference > 0 ? 1.0 : difference < 0 ? -1.0 : 0.0;
  }
  return sum;
}

}  // namespace tacit::attacks
