#pragma once

#include <cstdint>
#include <vector>

namespace tacit::quantum_sim {

/// A Pauli string with a real coefficient: bit q of x_mask (z_mask) says that qubit q carries X (Z); both bits mean Y.
struct PauliTerm {
  double coefficient = 1;
  std::uint64_t x_mask = 0;
  std::uint64_t z_mask = 0;
};

/// A weighted sum of Pauli strings: one real output of a circuit.
struct Observable {
  std::vector<PauliTerm> terms;
  static Observable pauli_z(std::uint32_t qubit) { return {{{1.0, 0, std::uint64_t{1} << qubit}}}; }
  /// Z on every qubit of the mask.
  static Observable pauli_z_string(std::uint64_t mask) { return {{{1.0, 0, mask}}}; }
};

}  // namespace tacit::quantum_sim
