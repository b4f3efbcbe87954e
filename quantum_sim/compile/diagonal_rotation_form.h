#pragma once

#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// to_rotation_form as the engine of one state plans it: rotations with few controls are taken apart, those of the
/// others, any number, are diagonal (make_controls_diagonal). Throws Error(usage) on observables that do not fit the
/// circuit.
RotationForm to_diagonal_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables);
/// The same for a circuit.
void make_diagonal_rotations(LoweredCircuit& lowered);

}  // namespace tacit::quantum_sim
