#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/lie/pauli_string_sum.h"
#include "quantum_sim/compile/pauli_rotations.h"

namespace tacit::quantum_sim {

/// exp(-i angle P / 2), angle = offset + sum of terms.
struct PauliStringRotation {
  PauliString string;
  double offset = 0;
  std::vector<AngleTerm> terms;
  std::uint32_t gate = 0;  ///< the first gate, or call of rotate, that it comes from
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

/// All rotations of a circuit of gates, with every Clifford gate moved behind them (lower). Controlled rotations become
/// products of commuting ones (expand_controls). Throws Error(usage) on a gate that has no such form.
PauliCircuit lower_to_strings(const Circuit& circuit);

/// A circuit and its observables, with every Clifford gate moved into the observables.
struct ObservedPauliCircuit {
  PauliCircuit circuit;
  std::vector<PauliSum> observables;
};

/// The same without the rotations that the observables cannot see. Also throws Error(usage) on an observable with a
/// qubit out of range or a coefficient that is not finite (names observable and term).
ObservedPauliCircuit lower_to_strings(const Circuit& circuit, const std::vector<Observable>& observables);

}  // namespace tacit::quantum_sim
