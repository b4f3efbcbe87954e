#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/compile/row_basis.h"

namespace tacit::quantum_sim {

/// An equivalent order of rotations in which the state grows as late as possible.
///
/// Rotations that commute may change places. Those that stay within the rows in use go first; one that doubles the rows
/// goes only when no other can. An encoding layer and the rotations behind it on the same qubits so become the
/// construction of a product state: 2^n rows are touched once or twice instead of n times.
struct Schedule {
  std::vector<std::uint32_t> order;       ///< indices into the rotations, in the new order of application
  std::vector<std::uint32_t> dimensions;  ///< rows in use after each, as a power of two
  RowBasis basis;
};

/// `start` numbers the rows in use before the first rotation.
Schedule schedule(const std::vector<PauliRotation>& rotations, RowBasis start = {});

}  // namespace tacit::quantum_sim
