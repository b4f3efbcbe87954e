#include "quantum_sim/compile/plain_rotation_form.h"

#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/compile/observable_checks.h"

namespace tacit::quantum_sim {

RotationForm to_plain_rotation_form(const Circuit& circuit, const std::vector<Observable>& observables) {
  require_valid_observables(circuit, observables);
  RotationForm form = to_rotation_form(circuit, observables);
  expand_controls(form, &circuit);
  return form;
}

}  // namespace tacit::quantum_sim
