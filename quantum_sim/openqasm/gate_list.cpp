#include "quantum_sim/openqasm/gate_list.h"

#include <cmath>
#include <utility>

#include "quantum_sim/openqasm/limits.h"
#include "quantum_sim/openqasm/symbolic.h"

namespace tacit::quantum_sim::openqasm {

void GateList::push(Gate gate, const std::vector<std::uint32_t>& controls, Place place) {
  if (gates_.size() >= max_gates)
    refuse(origin_, place, "the circuit has more than {} gates, counted with loops and gates expanded", max_gates);
  gate.controls.insert(gate.controls.begin(), controls.begin(), controls.end());
  for (const Angle& angle : gate.angles)
    if (!std::isfinite(angle.offset) || !std::isfinite(angle.scale))
      refuse(origin_, place, "the angle of this gate is not finite");
  gates_.push_back(std::move(gate));
}

void GateList::append(const Expansion& expansion, const Context& context, Place place) {
  steps_.take(place);
  if (context.inverse) {
    for (auto gate = expansion.gates.rbegin(); gate != expansion.gates.rend(); ++gate)
      for (Gate& part : inverse_of(*gate)) push(std::move(part), context.controls, place);
  } else {
    for (const Gate& gate : expansion.gates) push(gate, context.controls, place);
  }
  for (const Angle& phase : expansion.phases) append_phase(phase, context, place);
}

void GateList::append_phase(Angle phase, const Context& context, Place place) {
  if (context.inverse) phase = times(phase, -1);
  if (context.controls.empty() || (phase.is_constant() && phase.offset == 0)) return;
  std::vector<std::uint32_t> controls = context.controls;
  Gate gate{GateKind::phase, {controls.back()}, {}, {phase}};
  controls.pop_back();
  push(std::move(gate), controls, place);
}

}  // namespace tacit::quantum_sim::openqasm
