#include "attacks/metrics/circular_distance.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {

double circular_distance(double a, double b) {
  return std::abs(std::remainder(a - b, 2 * std::numbers::pi));
}

double largest_circular_distance(std::span<const double> a, std::span<const double> b) {
  require_equal_sizes("circular distance", a.size(), b.size());
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, circular_distance(a[i], b[i]));
  return largest;
}

double mean_squared_circular_distance(std::span<const double> a, std::span<const double> b) {
  require_equal_sizes("circular distance", a.size(), b.size());
  if (a.empty()) fail(ErrorKind::usage, "mean circular distance needs at least one angle");
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double distance = circular_distance(a[i], b[i]);
    sum += distance * distance;
  }
  return sum / static_cast<double>(a.size());
}

}  // namespace tacit::attacks
