#include "quantum_sim/gradients/visible_rotations.h"

#include <algorithm>
#include <utility>

#include "quantum_sim/compile/row_basis.h"

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

// A string flips rows by its x. What it becomes on the way back to |0...0> differs from it by products of the
// rotations' strings, so if these cannot undo the flip, its expectation value is zero.
void drop_vanishing(RotationForm& form) {
  RowBasis flips;
  const auto extend = [&](const Pauli& pauli) {
    if (!flips.contains(pauli.x)) flips.extend(pauli.x);
  };
  for (const PauliRotation& rotation : form.rotations) {
    extend(rotation.pauli);
    for (const Pauli& control : rotation.controls) extend(control);
  }
  std::erase_if(form.measured, [&](const MeasuredPauli& term) { return !flips.contains(term.pauli.x); });
}

}  // namespace

RotationForm visible_rotations(const Circuit& circuit, const std::vector<Observable>& observables) {
  RotationForm form = to_rotation_form(circuit, observables);
  if (form.encoded_amplitudes > 0) return form;
  for (std::size_t before = form.rotations.size() + 1; form.rotations.size() < before;) {
    before = form.rotations.size();
    drop_unfelt(form.rotations);
    drop_vanishing(form);
    drop_unseen(form);
  }
  return form;
}

}  // namespace tacit::quantum_sim
