#include "attacks/objectives/euclidean.h"

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> Euclidean::make(ConfigTable) {
  return std::make_unique<const Euclidean>();
}

double Euclidean::evaluate(std::span<const double> candidate, std::span<const double> observed,
                           std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  double sum = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const double difference = candidate[i] - observed[i];
    sum += difference * difference;
    derivative[i] = 2 * difference;
  }
  return sum;
}

}  // namespace tacit::attacks
