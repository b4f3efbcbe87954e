#pragma once

#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// The rotation form with only those rotations that can change an expectation value of the observables, for any angles.
/// Beyond to_rotation_form, which drops what no observable sees, it drops what the initial state |0...0> does not feel:
/// a rotation about Z strings that nothing before it disturbs is a phase; and strings of the observables whose
/// expectation value is zero, as no rotation undoes what they flip. All of it is repeated until nothing changes.
RotationForm visible_rotations(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
