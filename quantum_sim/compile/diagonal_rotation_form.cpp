#include "quantum_sim/compile/diagonal_rotation_form.h"

#include <algorithm>

#include "quantum_sim/compile/diagonal_controls.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/compile/observable_checks.h"

namespace tacit::quantum_sim {
namespace {

// k controls cost 2^k rotations over all of the state taken apart, one over 2^-k of it otherwise and up to k constant
// ones that make the controls diagonal. Measured (docs/benchmarks.md): better apart for k = 1, alike for k = 2.
constexpr std::size_t most_expanded = 1;

template <class Form>
void make_diagonal(Form& form) {
  expand_controls(form, most_expanded);
  const auto is_controlled = [](const PauliRotation& rotation) { return !rotation.controls.empty(); };
  if (std::any_of(form.rotations.begin(), form.rotations.end(), is_controlled)) make_controls_diagonal(form);
}

}  // namespace

RotationForm to_diagonal_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables) {
  require_valid_observables(circuit, observables);
  RotationForm form = to_rotation_form(circuit, observables);
  make_diagonal(form);
  return form;
}

void make_diagonal_rotations(LoweredCircuit& lowered) {
  make_diagonal(lowered);
}

}  // namespace tacit::quantum_sim
