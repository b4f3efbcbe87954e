#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/aligned.h"

namespace tacit {

/// An exact, order-free weighted sum of float vectors (promise P1).
///
/// Each product weight * x is exact in double (53 bits), is rounded once, half to even, to a multiple of 2^-64, and is
/// added as a two's complement 128-bit integer. Integer addition is associative and commutative, so any order,
/// grouping, thread count or restart gives the same bits.
///
/// Range: each product must lie below 2^62 in magnitude, and the largest magnitudes of all the vectors that were added,
/// summed, below 2^63. This bound is itself exact and free of order, and it grows only: a set of vectors that fits in
/// one order and grouping fits in every other.
///
/// Memory: 16 bytes an element, however many vectors are added.
class ExactSum {
 public:
  /// Names an element in an error message, given its index: pass ParameterSchema::element_name.
  using ElementName = std::function<std::string(std::size_t)>;

  explicit ExactSum(std::size_t size);

  /// Adds weight * x. Throws Error(data), and changes nothing at all, if an element of x is NaN, infinite or too large;
  /// the message gives its name. Speed: one pass at memory bandwidth. Throws Error(usage) if x.size() != size() or
  /// weight has more than 29 significant bits (every float and every integer below 2^29 fits) or is not finite.
  void add(std::span<const float> x, double weight = 1.0, const ElementName& name = {});

  /// Adds another sum of the same size. Throws Error(usage) if sizes differ, Error(data) on overflow.
  void merge(const ExactSum& other);

  /// The sum divided by divisor, each element rounded once, half to even, from the exact quotient to float, for every
  /// finite divisor. Throws Error(usage) if divisor is zero or not finite, Error(data) if a quotient is beyond float.
  std::vector<float> finish(double divisor = 1.0) const;

  std::size_t size() const noexcept { return low_.size(); }
  void clear() noexcept;

  /// The state as bytes and back, for reductions and restarts: little-endian low lanes, then high lanes, then the
  /// magnitude bound; 16 * size() + 16 bytes. deserialize throws Error(data) if no sum can have that state.
  std::vector<std::byte> serialize() const;
  static ExactSum deserialize(std::span<const std::byte> bytes);

  bool operator==(const ExactSum&) const = default;

 private:
  AlignedVector<std::uint64_t> low_;  ///< bits 0..63: the fraction
  AlignedVector<std::int64_t> high_;  ///< bits 64..127: the integer part
  /// What no total can exceed in magnitude: the summed largest magnitudes, in units of 2^-64, as 128 bits.
  std::uint64_t magnitude_low_ = 0;
  std::uint64_t magnitude_high_ = 0;
};

}  // namespace tacit
