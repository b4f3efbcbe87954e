#include "attacks/objectives/tag.h"

#include <cmath>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

std::unique_ptr<const Objective> Tag::make(ConfigTable section) {
  return std::make_unique<const Tag>(section.number("weight", {0, 1e9}, 0.1));
}

double Tag::evaluate(std::span<const double> candidate, std::span<const double> observed,
                     std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  double sum = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const double difference = candidate[i] - observed[i];
    sum += difference * difference + weight_ * std::abs(difference);
    derivative[i] = 2 * difference + (difference > 0 ? weight_ : difference < 0 ? -weight_ : 0.0);
  }
  return sum;
}

}  // namespace tacit::attacks
