#pragma once

#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// Brings controlled rotations into the form that a sweep over part of the rows can execute: every control is a Z
/// string, and the rotation has an X part or is a phase (the identity string) with two controls or more.
///
/// A control C with an X part is first turned into +-Z_b, b a qubit of that part, by the constant rotation
/// exp(-i (pi/4) Q), Q = +-i C Z_b: a real one that is added in front, and whose adjoint then moves past everything
/// later and changes its strings. Controls that are diagonal already stay so, as they commute with C and Z_b. A
/// controlled rotation about a Z string is two phases: exp(-i angle/2) on the controls, exp(i angle) where the string
/// is -1 too.
void make_controls_diagonal(LoweredCircuit& circuit);
/// Also drops what no observable sees.
void make_controls_diagonal(RotationForm& form);

}  // namespace tacit::quantum_sim
