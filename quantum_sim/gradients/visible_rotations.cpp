#include "quantum_sim/gradients/visible_rotations.h"

#include <algorithm>
#include <utility>

namespace tacit::quantum_sim {
namespace {

bool is_diagonal(const PauliRotation& rotation) {
  return rotation.pauli.x == 0 && std::all_of(rotation.controls.begin(), rotation.controls.end(),
                                              [](const Pauli& control) { return control.x == 0; });
}

void drop_unfelt(std::vector<PauliRotation>& rotations) {
  std::vector<PauliRotation> kept;
  for (PauliRotation& rotation : rotations) {
    const auto undisturbed = [&](const PauliRotation& earlier) { return commute(earlier, rotation); };
    const bool is_phase = is_diagonal(rotation) && std::all_of(kept.begin(), kept.end(), undisturbed);
    if (!is_phase) kept.push_back(std::move(rotation));
  }
  rotations = std::move(kept);
}

}  // namespace

RotationForm visible_rotations(const Circuit& circuit, const std::vector<Observable>& observables) {
  RotationForm form = to_rotation_form(circuit, observables);
  if (form.encoded_amplitudes > 0) return form;
  for (std::size_t before = form.rotations.size() + 1; form.rotations.size() < before;) {
    before = form.rotations.size();
    drop_unfelt(form.rotations);
    drop_unseen(form);
  }
  return form;
}

}  // namespace tacit::quantum_sim
