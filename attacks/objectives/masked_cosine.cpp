#include "attacks/objectives/masked_cosine.h"

#include <vector>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> MaskedCosine::make(ConfigTable) {
  return std::make_unique<const MaskedCosine>();
}

double MaskedCosine::evaluate(std::span<const double> candidate, std::span<const double> observed,
                              std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  std::vector<double> masked(candidate.begin(), candidate.end());
  for (std::size_t i = 0; i < masked.size(); ++i)
    if (observed[i] == 0) masked[i] = 0;
  const double distance = cosine_.evaluate(masked, observed, derivative);
  // A masked entry is zero whatever the candidate says.
  for (std::size_t i = 0; i < masked.size(); ++i)
    if (observed[i] == 0) derivative[i] = 0;
  return distance;
}

}  // namespace tacit::attacks
