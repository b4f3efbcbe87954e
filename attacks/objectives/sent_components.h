#pragma once

#include <algorithm>
#include <cmath>
#include <span>

namespace tacit::attacks {

/// Magnitudes up to this part `threshold` of the largest are taken for components that were pruned on the way.
inline double largest_pruned(std::span<const double> observed, double threshold) {
  double largest = 0;
  for (const double value : observed) largest = std::max(largest, std::abs(value));
  return threshold * largest;
}

}  // namespace tacit::attacks
