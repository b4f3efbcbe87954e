#include "attacks/objectives/masked_euclidean.h"

#include <cmath>

#include "attacks/objectives/sent_components.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> MaskedEuclidean::make(ConfigTable section) {
  return std::make_unique<const MaskedEuclidean>(section.number("threshold", {0, 1}, 1e-6));
}

double MaskedEuclidean::evaluate(std::span<const double> candidate, std::span<const double> observed,
                                 std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  const double pruned = largest_pruned(observed, threshold_);
  double sum = 0;
  for (std::size_t i = 0; i < observed.size(); ++i) {
    const bool sent = std::abs(observed[i]) > pruned;
    const double difference = sent ? candidate[i] - observed[i] : 0.0;
    sum += difference * difference;
    derivative[i] = 2 * difference;
  }
  return sum;
}

}  // namespace tacit::attacks
