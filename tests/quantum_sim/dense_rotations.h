#pragma once

#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {

/// P |state>, the string on basis states: P |j> = i^phase (-1)^parity(j & z) |j ^ x>.
Vector times(const Pauli& pauli, const Vector& state);
/// 1 + (exp(-i angle P / 2) - 1) prod (1 - C) / 2 over the controls C, applied to the state.
Vector rotated(const PauliRotation& rotation, const Vector& state, double angle);
/// An angle's value for the first sample.
double value_of(double offset, const std::vector<AngleTerm>& terms, const Problem& problem);

}  // namespace tacit::quantum_sim::test
