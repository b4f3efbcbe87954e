#include "privacy/differential_privacy/clip.h"

#include <array>
#include <cmath>
#include <cstddef>

#include "core/error.h"

namespace tacit::privacy {
namespace {

float scaled(float value, double factor) {
  return static_cast<float>(static_cast<double>(value) * factor);
}

/// Norm of factor * values with each product rounded to float, as clipping would store it. Eight partial sums, added in
/// one fixed tree, let the processor overlap additions without making the result depend on the compiler.
double norm_of_scaled(std::span<const float> values, double factor) {
  constexpr std::size_t lanes = 8;
  std::array<double, lanes> sums{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value = scaled(values[i], factor);
    sums[i % lanes] += value * value;
  }
  return std::sqrt(((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7])));
}

/// The factor for which the rounded result lies inside the ball. Rounding can push the norm past the bound by some
/// units in the last place, so the factor shrinks, twice as much at each attempt; after 25 attempts it would be zero.
double inside_factor(std::span<const float> values, double norm, double bound) {
  double factor = bound / norm;
  for (int exponent = -24; exponent <= 0; ++exponent) {
    if (norm_of_scaled(values, factor) <= bound) return factor;
    factor = (bound / norm) * (1.0 - std::ldexp(1.0, exponent));
  }
  return 0.0;
}

}  // namespace

double l2_norm(std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      fail(ErrorKind::data, "value {} is {}: only finite numbers have a norm", i, values[i]);
  }
  return norm_of_scaled(values, 1.0);
}

double clip_l2(std::span<float> values, double bound) {
  if (!std::isfinite(bound) || bound <= 0)
    fail(ErrorKind::usage, "clip: bound {} is not a finite positive number", bound);
  const double norm = l2_norm(values);
  if (norm <= bound) return norm;
  const double factor = inside_factor(values, norm, bound);
  for (float& value : values) value = scaled(value, factor);
  return norm;
}

}  // namespace tacit::privacy
