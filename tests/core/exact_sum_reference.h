#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

#include "core/exact_quotient.h"
#include "core/random.h"

namespace tacit {

/// The fixed-point value of weight * x in units of 2^-64 by integer arithmetic on the bit patterns alone: the truth
/// that the vector code is held to. Requires the product to be below 2^62 and the weight to be a normal number or zero.
inline Int128 reference_fixed_point(float x, double weight) {
  const auto x_bits = std::bit_cast<std::uint32_t>(x);
  const auto weight_bits = std::bit_cast<std::uint64_t>(weight);
  const int x_exponent = static_cast<int>(x_bits >> 23 & 0xff),
            weight_exponent = static_cast<int>(weight_bits >> 52 & 0x7ff);
  if (weight_exponent == 0) return 0;
  const Uint128 x_integer = (x_bits & 0x7fffff) | (x_exponent != 0 ? 0x800000u : 0u);
  const Uint128 weight_integer = (weight_bits & 0xfffffffffffffull) | 1ull << 52;
  Uint128 integer = x_integer * weight_integer;  // at most 77 bits
  if (integer == 0) return 0;
  // In units of 2^-64 the product is integer * 2^shift.
  const int shift = (x_exponent == 0 ? -149 : x_exponent - 150) + (weight_exponent - 1075) + 64;
  if (shift < -127) {
    integer = 0;
  } else if (shift < 0) {
    const Uint128 unit = Uint128{1} << -shift, rest = integer % unit, half = unit / 2;
    integer /= unit;
    if (rest > half || (rest == half && integer % 2 == 1)) ++integer;
  } else {
    integer <<= shift;
  }
  const bool negative = ((x_bits >> 31) ^ (weight_bits >> 63)) != 0;
  return negative ? -static_cast<Int128>(integer) : static_cast<Int128>(integer);
}

/// A finite float of any kind, its product with `weight` below 2^56: subnormal, tiny, ordinary, zero, either sign.
inline float any_float(RandomStream& random, double weight = 1) {
  while (true) {
    const auto x = std::bit_cast<float>(random());
    if (random.below(16) == 0) return random.below(2) == 0 ? 0.0f : -0.0f;
    const double product = static_cast<double>(x) * weight;
    if (product < 0x1p56 && product > -0x1p56) return x;
  }
}

/// Floats whose products with ordinary weights straddle the last place of the grid and the limbs of the conversion.
inline std::vector<float> awkward_floats() {
  std::vector<float> values = {0.0f, -0.0f};
  for (int exponent = -149; exponent < 56; ++exponent)
    for (std::uint32_t fraction : {0u, 1u, 0x400000u, 0x400001u, 0x3fffffu, 0x7fffffu, 0x555555u}) {
      const float one = exponent < -126 ? std::bit_cast<float>(1u << (exponent + 149))
                                        : std::bit_cast<float>(static_cast<std::uint32_t>(exponent + 127) << 23);
      const float value = exponent < -126 ? one : std::bit_cast<float>(std::bit_cast<std::uint32_t>(one) | fraction);
      values.push_back(value);
      values.push_back(-value);
    }
  return values;
}

}  // namespace tacit
