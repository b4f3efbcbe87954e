#pragma once

#include <complex>
#include <cstddef>
#include <vector>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// exp(-i angle P / 2) over local qubits; P the identity means a phase.
struct ConstantRotation {
  Pauli pauli;
  double angle;
};

/// A unitary on k >= 1 qubits (2^k x 2^k, row-major, qubit 0 the least significant bit of the index) as rotations in
/// order of application, exact up to rounding, global phase included: Euler angles for one qubit, Cartan's form for two
/// (15 rotations), the quantum Shannon decomposition above.
std::vector<ConstantRotation> decompose_unitary(const std::vector<std::complex<double>>& matrix, std::size_t qubits);

/// diag(entries), entries of magnitude one, as at most 2^k - 1 rotations about Z strings and a phase.
std::vector<ConstantRotation> decompose_diagonal(const std::vector<std::complex<double>>& entries);

}  // namespace tacit::quantum_sim
