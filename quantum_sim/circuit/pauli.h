#pragma once

#include <bit>
#include <cstdint>

namespace tacit::quantum_sim {

/// 1 if an odd number of bits is set.
constexpr std::uint32_t parity(std::uint64_t bits) noexcept {
  return static_cast<std::uint32_t>(std::popcount(bits)) & 1u;
}

/// A signed Pauli string in the form i^phase X^x Z^z: bit q of x and z belongs to qubit q, all Z act before all X.
/// On a basis state: P |j> = i^phase (-1)^parity(j & z) |j ^ x>. Hermitian exactly when phase and |x & z| have one
/// parity.
struct Pauli {
  std::uint64_t x = 0;
  std::uint64_t z = 0;
  std::uint32_t phase = 0;  ///< power of i, modulo 4

  static constexpr Pauli pauli_x(std::uint32_t qubit) noexcept { return {std::uint64_t{1} << qubit, 0, 0}; }
  static constexpr Pauli pauli_z(std::uint32_t qubit) noexcept { return {0, std::uint64_t{1} << qubit, 0}; }
  /// Y = i X Z.
  static constexpr Pauli pauli_y(std::uint32_t qubit) noexcept {
    return {std::uint64_t{1} << qubit, std::uint64_t{1} << qubit, 1};
  }
};

constexpr Pauli operator*(const Pauli& left, const Pauli& right) noexcept {
  // Moving left's Z past right's X costs a sign for every qubit that carries both.
  return {left.x ^ right.x, left.z ^ right.z, (left.phase + right.phase + 2 * parity(left.z & right.x)) & 3u};
}

constexpr bool commute(const Pauli& left, const Pauli& right) noexcept {
  return parity(left.x & right.z) == parity(left.z & right.x);
}

}  // namespace tacit::quantum_sim
