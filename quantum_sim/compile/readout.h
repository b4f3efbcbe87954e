#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// How amplitudes of a circuit's final state are read off the state phi that its rotations leave:
///   <j| psi> = e^{i phase} i^{quarters(j)} <row(j)| phi>,   phase that of the lowered circuit.
/// row is an affine map of bits and quarters a quadratic form of them. Rows here are basis indices; a RowBasis numbers
/// those that are reachable, and where it has no number the amplitude is zero.
class Readout {
 public:
  struct Place {
    std::uint64_t row;
    std::uint32_t quarters;
  };
  Place operator()(std::uint64_t basis_state) const noexcept { return of(image(basis_state)); }

  /// Calls visit(basis_state, place) for all 2^qubits basis states, in the order of a Gray code: a product each.
  template <class Visit>
  void for_each(Visit visit) const {
    Pauli at = image(0);
    std::uint64_t basis_state = 0;
    const std::uint64_t count = std::uint64_t{1} << qubits();
    for (std::uint64_t step = 1;; ++step) {
      visit(basis_state, of(at));
      if (step == count) return;
      const auto qubit = static_cast<std::uint32_t>(std::countr_zero(step));
      basis_state ^= std::uint64_t{1} << qubit;
      at = at * x_images_[qubit];
    }
  }

  std::uint32_t qubits() const noexcept { return static_cast<std::uint32_t>(x_images_.size()); }

 private:
  friend Readout make_readout(LoweredCircuit& circuit);
  /// Of the string that takes the basis state that row 0 is to this one.
  Pauli image(std::uint64_t basis_state) const noexcept;
  static Place of(const Pauli& image) noexcept { return {image.x, (4 - image.phase) & 3u}; }

  std::vector<Pauli> x_images_;
  std::uint64_t of_row_zero_ = 0;
};

/// Adds the constant rotations to a lowered circuit that make its Clifford gate C a permutation of basis states with
/// phases, that is, every C^dagger Z_q C a Z string, and takes C's own phase into the circuit's. At most one rotation a
/// qubit; none if C consists of permutations and phases already.
Readout make_readout(LoweredCircuit& circuit);

}  // namespace tacit::quantum_sim
