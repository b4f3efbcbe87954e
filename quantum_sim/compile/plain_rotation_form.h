#pragma once

#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// to_rotation_form without controls: what engines plan. Throws Error(usage) on observables that do not fit the
/// circuit, and on a gate with too many controls.
RotationForm to_plain_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
