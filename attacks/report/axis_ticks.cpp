#include <algorithm>
#include <array>
#include <cmath>

#include "attacks/report/line_chart.h"

namespace tacit::attacks::report {
namespace {

constexpr double kSmallest = 1e-200;

// The smallest round step that is at least `wanted`.
double round_step(double wanted, bool whole) {
  const double power = std::pow(10.0, std::floor(std::log10(wanted)));
  constexpr std::array factors = {1.0, 2.0, 2.5, 5.0, 10.0};
  for (const double factor : factors) {
    const double step = factor * power;
    // Rounding must not push 0.2 past its own step.
    if (step < wanted * (1 - 1e-9)) continue;
    if (!whole) return step;
    if (step >= 1 && std::floor(step) == step) return step;
  }
  return whole ? std::max(1.0, 10 * power) : 10 * power;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, unsigned target, bool whole) {
  // Powers of ten below this lose their digits.
  if (std::abs(low) < kSmallest) low = 0;
  if (std::abs(high) < kSmallest) high = 0;
  if (high - low <= 1e-12 * std::max(std::abs(low), std::abs(high)) || !(high > low)) {
    const double margin = low == 0 ? 1 : std::max(std::abs(low) * 0.1, whole ? 1.0 : 0.0);
    low -= margin;
    high += margin;
  }
  const double step = round_step((high - low) / std::max(target, 1u), whole);
  const double first = std::floor(low / step + 1e-9);
  // A range narrower than the tolerance may lie on one tick.
  const double last = std::max(std::ceil(high / step - 1e-9), first + 1);
  std::vector<double> ticks;
  for (double index = first; index <= last; ++index) ticks.push_back(index * step);
  return ticks;
}

}  // namespace tacit::attacks::report
