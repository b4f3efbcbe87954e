#include "quantum_sim/analysis/lie/lie_field.h"

#include <cmath>
#include <optional>

namespace tacit::quantum_sim::field {
namespace {

struct Fraction {
  std::int64_t numerator, denominator;
};

// Continued fraction of a positive number; nothing if no small denominator comes close enough.
std::optional<Fraction> near_fraction(double value) {
  constexpr double largest_numerator = 0x1p40, largest_denominator = 0x1p20;
  Fraction last{1, 0}, before{0, 1};
  double rest = value;
  while (true) {
    const double whole = std::floor(rest);
    const double numerator = whole * static_cast<double>(last.numerator) + static_cast<double>(before.numerator);
    const double denominator = whole * static_cast<double>(last.denominator) + static_cast<double>(before.denominator);
    if (!(numerator <= largest_numerator) || !(denominator <= largest_denominator)) return std::nullopt;
    before = last;
    last = {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
    if (std::abs(value - numerator / denominator) <= 0x1p-48 * value) return last;
    rest = 1 / (rest - whole);
  }
}

std::uint64_t power_of_two(int exponent) noexcept {
  // 2^61 = 1 here.
  const int place = (exponent % 61 + 61) % 61;
  return std::uint64_t{1} << place;
}

std::uint64_t from_positive(double value) noexcept {
  if (const std::optional<Fraction> fraction = near_fraction(value))
    return multiply(static_cast<std::uint64_t>(fraction->numerator),
                    inverse(static_cast<std::uint64_t>(fraction->denominator)));
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  return multiply(static_cast<std::uint64_t>(std::ldexp(mantissa, 53)), power_of_two(exponent - 53));
}

}  // namespace

std::uint64_t inverse(std::uint64_t value) noexcept {
  std::uint64_t result = 1;
  for (std::uint64_t exponent = prime - 2; exponent != 0; exponent >>= 1) {
    if (exponent & 1) result = multiply(result, value);
    value = multiply(value, value);
  }
  return result;
}

std::uint64_t from_double(double value) noexcept {
  if (value == 0) return 0;
  return value > 0 ? from_positive(value) : negative(from_positive(-value));
}

}  // namespace tacit::quantum_sim::field
