#include "attacks/objectives/cosine.h"

#include <algorithm>
#include <cmath>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

double norm(std::span<const double> x) {
  double sum = 0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

}  // namespace

std::unique_ptr<const Objective> Cosine::make(ConfigTable) {
  return std::make_unique<const Cosine>();
}

double Cosine::evaluate(std::span<const double> candidate, std::span<const double> observed,
                        std::span<double> derivative) const {
  require_equal_sizes("gradient objective", candidate.size(), observed.size(), derivative.size());
  const double candidate_norm = norm(candidate), observed_norm = norm(observed);
  if (!(candidate_norm > 0) || !(observed_norm > 0)) {
    std::fill(derivative.begin(), derivative.end(), 0.0);
    return 1;
  }
  double squared = 0;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    const double difference = candidate[i] / candidate_norm - observed[i] / observed_norm;
    squared += difference * difference;
    derivative[i] = difference;
  }
  // With unit vectors a and b and D = |a - b|^2 / 2: dD/dg = (<a, b> a - b) / |g| = ((a - b) - D a) / |g|.
  const double distance = 0.5 * squared;
  for (std::size_t i = 0; i < candidate.size(); ++i) {
    derivative[i] = (derivative[i] - distance * (candidate[i] / candidate_norm)) / candidate_norm;
  }
  return distance;
}

}  // namespace tacit::attacks
