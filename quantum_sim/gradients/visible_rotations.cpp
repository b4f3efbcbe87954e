#include "quantum_sim/gradients/visible_rotations.h"

#include <algorithm>
#include <utility>

namespace tacit::quantum_sim {
namespace {

bool commutes_with_string(const PauliRotation& rotation, const Pauli& pauli) {
  return commute(rotation.pauli, pauli) && std::all_of(rotation.controls.begin(), rotation.controls.end(),
                                                       [&](const Pauli& control) { return commute(control, pauli); });
}

bool is_diagonal(const PauliRotation& rotation) {
  return rotation.pauli.x == 0 && std::all_of(rotation.controls.begin(), rotation.controls.end(),
                                              [](const Pauli& control) { return control.x == 0; });
}

void drop_unfelt(std::vector<PauliRotation>& rotations) {
  std::vector<PauliRotation> kept;
  for (PauliRotation& rotation : rotations) {
    const bool is_phase =
        is_diagonal(rotation) &&
        std::all_of(kept.begin(), kept.end(), [&](const PauliRotation& earlier) { return commute(earlier, rotation); });
    if (!is_phase) kept.push_back(std::move(rotation));
  }
  rotations = std::move(kept);
}

void drop_unseen(RotationForm& form) {
  std::vector<PauliRotation> kept;
  for (auto rotation = form.rotations.rbegin(); rotation != form.rotations.rend(); ++rotation) {
    const bool is_seen =
        std::any_of(form.measured.begin(), form.measured.end(),
                    [&](const MeasuredPauli& term) { return !commutes_with_string(*rotation, term.pauli); }) ||
        std::any_of(kept.begin(), kept.end(), [&](const PauliRotation& later) { return !commute(later, *rotation); });
    if (is_seen) kept.push_back(std::move(*rotation));
  }
  std::reverse(kept.begin(), kept.end());
  form.rotations = std::move(kept);
}

}  // namespace

bool commute(const PauliRotation& left, const PauliRotation& right) {
  return commutes_with_string(right, left.pauli) &&
         std::all_of(left.controls.begin(), left.controls.end(),
                     [&](const Pauli& control) { return commutes_with_string(right, control); });
}

RotationForm visible_rotations(const Circuit& circuit, const std::vector<Observable>& observables) {
  RotationForm form = to_rotation_form(circuit, observables);
  if (circuit.encoded_amplitudes() > 0) return form;
  for (std::size_t before = form.rotations.size() + 1; form.rotations.size() < before;) {
    before = form.rotations.size();
    drop_unfelt(form.rotations);
    drop_unseen(form);
  }
  return form;
}

std::vector<PauliRotation> all_rotations(const Circuit& circuit) {
  // Every string but the identity anticommutes with the X or the Z of some qubit.
  std::vector<Observable> everything;
  for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) {
    everything.push_back({{{1.0, std::uint64_t{1} << qubit, 0}}});
    everything.push_back(Observable::pauli_z(qubit));
  }
  return to_rotation_form(circuit, everything).rotations;
}

}  // namespace tacit::quantum_sim
