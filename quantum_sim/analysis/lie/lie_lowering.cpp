// From gates to rotations about Pauli strings.
#include <bit>

#include "quantum_sim/analysis/lie/lie_circuit.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/compile/plain_rotation_form.h"

namespace tacit::quantum_sim {
namespace {

// Masks with a phase hold a Hermitian string up to a sign.
SignedPauliString to_string_of(std::uint32_t qubits, const Pauli& pauli) {
  const auto ys = static_cast<std::uint32_t>(std::popcount(pauli.x & pauli.z));
  const double sign = ((pauli.phase - ys) & 3u) == 0 ? 1.0 : -1.0;
  return {sign, PauliString::from_masks(qubits, pauli.x, pauli.z)};
}

PauliCircuit to_strings(std::uint32_t qubits, const std::vector<PauliRotation>& rotations) {
  PauliCircuit result(qubits);
  for (const PauliRotation& rotation : rotations) {
    auto [sign, string] = to_string_of(qubits, rotation.pauli);
    PauliStringRotation added{std::move(string), sign * rotation.offset, {}, rotation.gate};
    add_terms(added.terms, rotation.terms, sign);
    result.append(std::move(added));
  }
  return result;
}

}  // namespace

PauliCircuit lower_to_strings(const Circuit& circuit) {
  LoweredCircuit lowered = lower(circuit);
  expand_controls(lowered, &circuit);
  return to_strings(circuit.qubits(), lowered.rotations);
}

ObservedPauliCircuit lower_to_strings(const Circuit& circuit, const std::vector<Observable>& observables) {
  const RotationForm form = to_plain_rotation_form(circuit, observables);
  ObservedPauliCircuit result{to_strings(circuit.qubits(), form.rotations), {}};
  result.observables.resize(observables.size());
  for (const MeasuredPauli& measured : form.measured) {
    auto [sign, string] = to_string_of(circuit.qubits(), measured.pauli);
    result.observables[measured.output].terms.push_back({sign * measured.coefficient, std::move(string)});
  }
  return result;
}

}  // namespace tacit::quantum_sim
