#pragma once

#include <cstddef>
#include <vector>

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// A controlled rotation as commuting plain ones: with controls C_1 .. C_k, exp(-i (angle/2) prod_i (1 - C_i)/2 P) is
/// the product over all subsets S of exp(-i ((-1)^|S| angle / 2^k) P_S / 2), P_S = P prod_{i in S} C_i. The part about
/// the identity string, a global phase, is added to `phase`.
std::vector<PauliRotation> expanded(const PauliRotation& rotation, AngleSum& phase);

/// The same circuit without controls. Throws Error(usage) that names the gate where one has more than 10 control
/// strings, as each doubles its rotations; `circuit`, if given, is asked for the gate's name.
void expand_controls(LoweredCircuit& lowered, const Circuit* circuit = nullptr);
void expand_controls(RotationForm& form, const Circuit* circuit = nullptr);
/// Takes apart the rotations with up to `most` control strings and leaves the others as they are.
void expand_controls(LoweredCircuit& lowered, std::size_t most);
void expand_controls(RotationForm& form, std::size_t most);

}  // namespace tacit::quantum_sim
