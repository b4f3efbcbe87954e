#include "quantum_sim/analysis/inversion_bounds.h"

#include <cmath>

namespace tacit::quantum_sim::analysis {

InversionBounds inversion_bounds(std::span<const std::uint64_t> degrees) {
  InversionBounds bounds;
  double total = 0;
  for (const std::uint64_t degree : degrees) {
    if (degree == 0) continue;
    const auto d = static_cast<double>(degree);
    ++bounds.unknowns;
    total += d;
    bounds.log10_laurent += std::log10(static_cast<double>(bounds.unknowns) * 2 * d);
    bounds.log10_nyquist += std::log10(2 * d + 1);
  }
  const auto n = static_cast<double>(bounds.unknowns);
  if (bounds.unknowns == 0) {
    bounds.log10_bezout = bounds.log10_laurent = -INFINITY;
    return bounds;
  }
  bounds.log10_bezout = n * std::log10(2 * total);
  return bounds;
}

}  // namespace tacit::quantum_sim::analysis
