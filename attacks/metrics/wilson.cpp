#include "attacks/metrics/wilson.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::attacks {

Interval wilson_interval(std::size_t successes, std::size_t trials) {
  if (successes > trials) fail(ErrorKind::usage, "{} successes in {} trials", successes, trials);
  if (trials == 0) return {};
  return wilson_interval_of_rate(static_cast<double>(successes) / static_cast<double>(trials), trials);
}

Interval wilson_interval_of_rate(double rate, std::size_t trials) {
  if (!(rate >= 0) || !(rate <= 1)) fail(ErrorKind::usage, "a success rate lies in [0, 1], got {}", rate);
  if (trials == 0) return {};
  constexpr double z = 1.959963984540054;  // 97.5 % point of the standard normal distribution
  const double n = static_cast<double>(trials);
  const double centre = rate + z * z / (2 * n);
  const double half = z * std::sqrt(rate * (1 - rate) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  // The ends are exact where nothing or everything succeeded; rounding would leave 1e-15 there.
  return {rate == 0 ? 0.0 : std::max(0.0, (centre - half) / scale),
          rate == 1 ? 1.0 : std::min(1.0, (centre + half) / scale)};
}

}  // namespace tacit::attacks
