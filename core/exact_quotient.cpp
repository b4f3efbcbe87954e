#include "core/exact_quotient.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace tacit {
namespace {

int bit_width(Uint128 value) {
  const auto high = static_cast<std::uint64_t>(value >> 64);
  return high != 0 ? 64 + std::bit_width(high) : std::bit_width(static_cast<std::uint64_t>(value));
}

Uint128 magnitude_of(Int128 value) {
  return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

/// value * 2^exponent to the nearest float, half to even. The lowest bit of `value` may stand for "and something more";
/// value must have at least 26 bits, so that this bit never decides but a tie.
float rounded_to_float(Uint128 value, int exponent) {
  constexpr int float_digits = 24, smallest_exponent = -149;
  const int last_place = std::max(exponent + bit_width(value) - float_digits, smallest_exponent);
  const int dropped = last_place - exponent;  // at least 2
  if (dropped > 128) return 0;
  Uint128 kept = dropped == 128 ? 0 : value >> dropped;
  const Uint128 rest = dropped == 128 ? value : value - (kept << dropped);
  const Uint128 half = Uint128{1} << (dropped - 1);
  if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  return std::ldexp(static_cast<float>(static_cast<std::uint32_t>(kept)), last_place);
}

}  // namespace

float exact_quotient_by_integers(Int128 sum, double divisor) noexcept {
  if (sum == 0) return 0;
  // |divisor| = denominator * 2^exponent with an integer denominator below 2^53.
  int exponent = 0;
  const auto denominator = static_cast<std::uint64_t>(std::ldexp(std::frexp(std::fabs(divisor), &exponent), 53));
  exponent -= 53;
  // Scaled to 128 bits, the sum leaves a quotient of at least 75: what the remainder adds goes into the lowest.
  Uint128 numerator = magnitude_of(sum);
  const int scale = 128 - bit_width(numerator);
  numerator <<= scale;
  Uint128 quotient = numerator / denominator;
  if (quotient * denominator != numerator) quotient |= 1;
  const float magnitude = rounded_to_float(quotient, -64 - scale - exponent);
  return (sum < 0) != (divisor < 0) ? -magnitude : magnitude;
}

float exact_quotient(Int128 sum, double divisor) noexcept {
  // In double the quotient is at most a few units in the last place off. Unless that reaches a point halfway between
  // two floats, it rounds to the right one.
  const Uint128 size = magnitude_of(sum);
  const double near = (static_cast<double>(static_cast<std::uint64_t>(size >> 64)) +
                       static_cast<double>(static_cast<std::uint64_t>(size)) * 0x1p-64) /
                      std::fabs(divisor);
  constexpr std::uint64_t dropped_by_float = (std::uint64_t{1} << 29) - 1, halfway = std::uint64_t{1} << 28,
                          margin = 64;
  const std::uint64_t dropped = std::bit_cast<std::uint64_t>(near) & dropped_by_float;
  const bool clear = dropped + margin < halfway || dropped > halfway + margin;
  if (!clear || !(near > 0x1p-125) || !(near < 0x1p127)) return exact_quotient_by_integers(sum, divisor);
  const auto magnitude = static_cast<float>(near);
  return (sum < 0) != (divisor < 0) ? -magnitude : magnitude;
}

Uint128 to_fixed_point(double value) noexcept {
  const double scaled = value * 0x1p64;
  return static_cast<Uint128>(scaled < 0x1p53 ? std::rint(scaled) : scaled);
}

}  // namespace tacit
