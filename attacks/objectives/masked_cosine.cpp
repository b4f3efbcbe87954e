#include "attacks/objectives/masked_cosine.h"

#include <cmath>
#include <vector>

#include "attacks/objectives/sent_components.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> MaskedCosine::make(ConfigTable section) {
  return std::make_unique<const MaskedCosine>(section.number("threshold", {0, 1}, 1e-6));
}

double MaskedCosine::evaluate(std::span<const double> candidate, std::span<const double> observed,
                              std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  const double pruned = largest_pruned(observed, threshold_);
  std::vector<double> masked_candidate(candidate.begin(), candidate.end());
  std::vector<double> masked_observed(observed.begin(), observed.end());
  for (std::size_t i = 0; i < observed.size(); ++i)
    if (std::abs(observed[i]) <= pruned) masked_candidate[i] = masked_observed[i] = 0;
  // The derivative vanishes by itself where both are 0.
  return Cosine().evaluate(masked_candidate, masked_observed, derivative);
}

}  // namespace tacit::attacks
