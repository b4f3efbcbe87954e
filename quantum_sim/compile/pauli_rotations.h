#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/pauli.h"
#include "quantum_sim/compile/clifford_frame.h"

namespace tacit::quantum_sim {

/// One summand of a rotation's angle, an angle with offset zero that is not constant, and the gate it came from.
struct AngleTerm {
  Angle angle;
  std::uint32_t gate;

  bool reads(Angle::Source source) const noexcept { return angle.reads(source); }
};

/// Adds factor * added, so that no two terms have the same factors and none has scale zero.
void add_terms(std::vector<AngleTerm>& terms, const std::vector<AngleTerm>& added, double factor = 1);

/// offset + sum of terms.
struct AngleSum {
  double offset = 0;
  std::vector<AngleTerm> terms = {};
};

/// exp(-i angle P / 2), angle = offset + sum of terms. P is Hermitian and in its canonical sign: phase = parity(x & z).
///
/// With controls it acts only where every control, a Hermitian Pauli string with its sign, has eigenvalue -1; all of
/// them commute with P and are independent. If P is the identity, the rotation multiplies that subspace by
/// exp(-i angle / 2); it then has at least two controls. After make_controls_diagonal every control is a Z string
/// (phase 0 or 2), and P has an X part or is the identity.
struct PauliRotation {
  Pauli pauli;
  double offset = 0;
  std::vector<AngleTerm> terms = {};
  std::vector<Pauli> controls = {};
  std::uint32_t gate = 0;  ///< the first gate that it comes from

  bool is_phase() const noexcept { return (pauli.x | pauli.z) == 0; }
};

/// Sufficient: all strings of one, controls included, commute with those of the other.
bool commute(const PauliRotation& left, const PauliRotation& right) noexcept;
bool commute(const PauliRotation& rotation, const Pauli& pauli) noexcept;

/// A Hermitian Pauli string (canonical sign) of an observable, weighted, for one output.
struct MeasuredPauli {
  Pauli pauli;
  double coefficient;
  std::uint32_t output;
};

/// A circuit as e^{i phase} C R_N ... R_1: rotations, then a Clifford gate C. Exact, global phase included.
struct LoweredCircuit {
  std::vector<PauliRotation> rotations;  ///< in order of application
  AngleSum phase;
  CliffordFrame frame;                 ///< C
  std::size_t encoded_amplitudes = 0;  ///< as of the circuit
};

/// A circuit and its observables with every Clifford gate moved past the last rotation into the observables.
struct RotationForm {
  std::vector<PauliRotation> rotations;  ///< in order of application
  std::vector<MeasuredPauli> measured;
  std::size_t encoded_amplitudes = 0;
};

/// Any unitary gate as rotations behind the Clifford frame. Constant rotations by multiples of pi/2, also those that a
/// controlled gate consists of, cost nothing. Merges rotations about the same string that nothing between them disturbs
/// (their angles add, so each parameter keeps its own gradient); where that gives such a constant rotation, two T gates
/// for one, it goes into the frame too. Throws Error(usage) on a measurement or reset.
LoweredCircuit lower(const Circuit& circuit);

/// Of it without rotations that no observable sees (their gradients are zero). Error(usage) on an invalid observable.
RotationForm to_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables);

// For passes over rotations.

/// Returns the sign, +1 or -1, by which a Hermitian string differs from its canonical form, which it becomes.
double make_canonical(Pauli& pauli) noexcept;
/// Adds a rotation behind the others: merged with an earlier one about the same string where it may be moved there.
/// Returns where it then is, or nothing if the two cancelled.
std::optional<std::size_t> append_merged(std::vector<PauliRotation>& rotations, PauliRotation&& added);
/// Removes the rotations that cancel against their own adjoints in U^dagger O U for all measured O.
void drop_unseen(RotationForm& form);

}  // namespace tacit::quantum_sim
