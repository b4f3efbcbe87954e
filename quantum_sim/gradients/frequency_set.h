#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tacit::quantum_sim {

/// The frequencies w of a trigonometric sum f(u) = sum_w c_w exp(i w u): always with w also -w and 0.
///
/// An expectation value is such a sum in every variable that angles are affine in (Schuld, Sweke, Meyer, PRA 103,
/// 032430 (2021), Eq. 6-10): a generator with eigenvalues l_a contributes its gaps l_a - l_b, and the gaps of all
/// generators add up in every combination. Which coefficients vanish depends on the rest of the circuit; the set holds
/// all that can be there.
struct FrequencySet {
  /// All frequencies are integer multiples of `base` (0 if zero is the only one).
  bool commensurable = true;
  double base = 0;
  double maximum = 0;                     ///< sum of the largest gaps
  std::uint64_t degree = 0;               ///< maximum / base; 0 if incommensurable
  bool listed = true;                     ///< false: more than the limit, so `frequencies` is empty
  std::vector<double> frequencies = {0};  ///< the non-negative ones, ascending

  /// How many, negative ones included; 0 if not listed.
  std::uint64_t count() const noexcept { return listed ? 2 * frequencies.size() - 1 : 0; }
  /// Equidistant samples over one period that determine f: 2 degree + 1. 0 if incommensurable.
  std::uint64_t nyquist_samples() const noexcept { return commensurable ? 2 * degree + 1 : 0; }
};

/// The sums of one gap of each generator; gaps[g] holds generator g's positive gaps, each of which also counts as its
/// negative and as zero. At most `limit` (1 to 2^26) non-negative frequencies are listed. Throws Error(usage) on
/// another limit or a gap that is not finite.
FrequencySet sums_of_gaps(std::span<const std::vector<double>> gaps, std::size_t limit = std::size_t{1} << 20);

/// The largest base of which all values (positive, finite) are integer multiples, to rounding error; 0 if there is none
/// below a quotient of 2^32.
double common_base(std::span<const double> values);

}  // namespace tacit::quantum_sim
