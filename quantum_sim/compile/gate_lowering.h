#pragma once

#include <vector>

#include "quantum_sim/circuit/gate.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// exp(-i angle P / 2) on the subspace where every control has eigenvalue -1; P and the controls commute. With P the
/// identity: the phase exp(-i angle / 2) on that subspace.
struct RotationStep {
  Pauli pauli;
  Angle angle;
  std::vector<Pauli> controls = {};
};

/// A unitary gate, its controls included, as rotations in order of application: exact, global phase included. Throws
/// Error(usage) that names the gate if it is a measurement or a reset.
///
///   X = i R_X(pi), H = i R_Y(pi/2) R_Z(pi), SX = e^{i pi/4} R_X(pi/2), P(a) = phase a where Z = -1,
///   U(theta, phi, lambda) = e^{i (phi + lambda)/2} R_Z(phi) R_Y(theta) R_Z(lambda),
///   SWAP = X X where Z Z = -1, iSWAP = i X X there.
std::vector<RotationStep> lower(const Gate& gate, std::size_t position);

}  // namespace tacit::quantum_sim
