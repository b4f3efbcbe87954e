#pragma once

#include <cstdint>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// One summand of a rotation's angle, an angle with offset zero that is not constant, and the gate it came from.
struct AngleTerm {
  Angle angle;
  std::uint32_t gate;

  bool reads(Angle::Source source) const noexcept { return angle.reads(source); }
};

/// exp(-i angle P / 2), angle = offset + sum of terms. P is Hermitian and in its canonical sign: phase = parity(x & z).
///
/// With controls it acts only where every control, a Z string with its sign (phase 0 or 2), has eigenvalue -1; all of
/// them commute with P and are independent. P then has an X part, or it is the identity and the rotation multiplies the
/// subspace by exp(-i angle / 2).
struct PauliRotation {
  Pauli pauli;
  double offset = 0;
  std::vector<AngleTerm> terms;
  std::vector<Pauli> controls = {};
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
