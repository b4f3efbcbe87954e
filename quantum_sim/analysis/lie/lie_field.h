#pragma once

#include <cstdint>

namespace tacit::quantum_sim {

/// Arithmetic modulo the Mersenne prime 2^61 - 1, in which decisions about rank are exact: no tolerance. Values are in
/// [0, prime).
namespace field {

inline constexpr std::uint64_t prime = (std::uint64_t{1} << 61) - 1;

__extension__ using Product = unsigned __int128;

constexpr std::uint64_t add(std::uint64_t left, std::uint64_t right) noexcept {
  const std::uint64_t sum = left + right;
  return sum >= prime ? sum - prime : sum;
}
constexpr std::uint64_t negative(std::uint64_t value) noexcept {
  return value == 0 ? 0 : prime - value;
}
constexpr std::uint64_t multiply(std::uint64_t left, std::uint64_t right) noexcept {
  const Product product = Product{left} * right;
  return add(static_cast<std::uint64_t>(product) & prime, static_cast<std::uint64_t>(product >> 61));
}
/// By Fermat: value^(prime - 2). `value` must not be zero.
std::uint64_t inverse(std::uint64_t value) noexcept;

/// A finite number in the field. It is read as the fraction a / b, b at most 2^20, that lies within 2^-48 of it
/// (relatively), if there is one (so 0.1 is one tenth), and otherwise as the binary fraction that a double is.
std::uint64_t from_double(double value) noexcept;

}  // namespace field
}  // namespace tacit::quantum_sim
