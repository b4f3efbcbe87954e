#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// One summand of a rotation's angle: scale * (parameter or input), and the gate it came from.
struct AngleTerm {
  Angle::Source source;
  std::uint32_t index;
  double scale;
  std::uint32_t gate;
};

/// exp(-i angle P / 2), angle = offset + sum of terms. P is Hermitian and in its canonical sign: phase = parity(x & z).
struct PauliRotation {
  Pauli pauli;
  double offset = 0;
  std::vector<AngleTerm> terms;
};

/// A Hermitian Pauli string (canonical sign) of an observable, weighted, for one output.
struct MeasuredPauli {
  Pauli pauli;
  double coefficient;
  std::uint32_t output;
};

/// A circuit and its observables with every Clifford gate moved past the last rotation into the observables.
struct RotationForm {
  std::vector<PauliRotation> rotations;  ///< in order of application
  std::vector<MeasuredPauli> measured;
};

/// Also merges rotations about the same string that nothing between them disturbs (their angles add, so each parameter
/// keeps its own gradient), and drops those that no observable can see: their gradients are exactly zero.
RotationForm to_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
