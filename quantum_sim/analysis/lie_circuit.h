#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/pauli_string_sum.h"
#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// exp(-i angle P / 2), angle = offset + sum of terms. A term's `gate` says where it came from, for messages.
struct PauliStringRotation {
  PauliString string;
  double offset = 0;
  std::vector<AngleTerm> terms;
};

/// A circuit of Pauli rotations on any number of qubits, more than a state could hold. What is analysed and simulated
/// through Lie algebras.
class PauliCircuit {
 public:
  explicit PauliCircuit(std::uint32_t qubits);

  /// exp(-i angle H / 2) for a sum of Pauli strings that all commute (a string alone is such a sum): one rotation a
  /// string, angle times its coefficient. The identity is left out, as no expectation value sees a global phase. Throws
  /// Error(usage) that names the rotation, and the two strings that do not commute, the term on another number of
  /// qubits, or the number that is not finite; the circuit is then as before.
  PauliCircuit& rotate(const PauliSum& generator, const Angle& angle);
  /// As it is, for lowering from gates.
  void append(PauliStringRotation rotation);

  std::uint32_t qubits() const noexcept { return qubits_; }
  /// One more than the highest parameter index used.
  std::size_t parameters() const noexcept { return parameters_; }
  std::size_t inputs() const noexcept { return inputs_; }
  const std::vector<PauliStringRotation>& rotations() const noexcept { return rotations_; }

 private:
  std::uint32_t qubits_;
  std::uint32_t calls_ = 0;
  std::size_t parameters_ = 0, inputs_ = 0;
  std::vector<PauliStringRotation> rotations_;
};

/// A circuit and its observables, with every Clifford gate moved into the observables.
struct LoweredCircuit {
  PauliCircuit circuit;
  std::vector<PauliSum> observables;
};

/// Lowers gates by to_rotation_form, which leaves out what the observables cannot see. Beyond it, controlled rotations
/// become products of commuting ones by P (1-C_1)/2 (1-C_2)/2 ... = sum of strings, and fixed rotations by multiples of
/// pi/2 are moved into what follows. Throws Error(usage) on an observable that does not fit (as compile does), a gate
/// that has no such form, more than 12 controls, or amplitude encoding (its state is no product state).
LoweredCircuit lower_to_strings(const Circuit& circuit, const std::vector<Observable>& observables);

/// X and Z on every qubit, one observable each: nothing but a global phase is unseen by all of them.
std::vector<Observable> all_seeing_observables(std::uint32_t qubits);

}  // namespace tacit::quantum_sim
