#include "quantum_sim/analysis/light_cone.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "quantum_sim/gradients/visible_rotations.h"

namespace tacit::quantum_sim::analysis {
namespace {

std::uint64_t mask_of(const Gate& gate) {
  std::uint64_t mask = 0;
  for (const std::uint32_t qubit : gate.targets) mask |= std::uint64_t{1} << qubit;
  for (const std::uint32_t qubit : gate.controls) mask |= std::uint64_t{1} << qubit;
  return mask;
}

void require_in_range(const Circuit& circuit, const Observable& observable, std::size_t output) {
  for (const PauliTerm& term : observable.terms)
    if ((term.x_mask | term.z_mask) >> circuit.qubits() != 0)
      fail(ErrorKind::usage, "observable {}: it touches a qubit beyond the circuit's {}", output, circuit.qubits());
}

// Walks back: a gate that touches the cone adds all its qubits.
void fill_connected(LightCone& cone, const Circuit& circuit, const Observable& observable) {
  std::uint64_t qubits = 0;
  for (const PauliTerm& term : observable.terms)
    if (term.coefficient != 0) qubits |= term.x_mask | term.z_mask;
  for (std::size_t position = circuit.gates().size(); position-- > 0;) {
    const std::uint64_t touched = mask_of(circuit.gates()[position]);
    if ((touched & qubits) == 0) continue;
    qubits |= touched;
    cone.gates.push_back(position);
  }
  std::reverse(cone.gates.begin(), cone.gates.end());
  for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit)
    if (qubits >> qubit & 1) cone.qubits.push_back(qubit);
}

void fill_seen(LightCone& cone, const Circuit& circuit, const Observable& observable) {
  std::set<std::size_t> parameters, inputs;
  // Amplitudes of the initial state reach whatever is measured.
  for (std::size_t input = 0; input < circuit.encoded_amplitudes(); ++input) inputs.insert(input);
  for (const PauliRotation& rotation : visible_rotations(circuit, {observable}).rotations)
    for (const AngleTerm& term : rotation.terms)
      for (const Angle::Factor& factor : term.angle.factors())
        (factor.source == Angle::Source::input ? inputs : parameters).insert(factor.index);
  cone.parameters.assign(parameters.begin(), parameters.end());
  cone.inputs.assign(inputs.begin(), inputs.end());
}

DeadVariable dead_variable(const Circuit& circuit, Angle::Source source, std::size_t index) {
  DeadVariable dead{index, {}, fmt::format("{} {}", source == Angle::Source::input ? "input" : "parameter", index)};
  for (std::size_t position = 0; position < circuit.gates().size(); ++position) {
    const Gate& gate = circuit.gates()[position];
    const bool reads = std::any_of(gate.angles.begin(), gate.angles.end(), [&](const Angle& angle) {
      return std::any_of(angle.factors().begin(), angle.factors().end(),
                         [&](const Angle::Factor& factor) { return factor.source == source && factor.index == index; });
    });
    if (!reads) continue;
    dead.name += fmt::format("{} {}", dead.gates.empty() ? " of" : " and", describe(gate, position));
    dead.gates.push_back(position);
  }
  if (dead.gates.empty()) dead.name += ", which no gate reads";
  return dead;
}

std::vector<DeadVariable> dead_variables(const Circuit& circuit, const std::vector<LightCone>& cones,
                                         Angle::Source source) {
  const bool is_input = source == Angle::Source::input;
  std::vector<bool> alive(is_input ? circuit.inputs() : circuit.parameters());
  for (const LightCone& cone : cones)
    for (const std::size_t index : is_input ? cone.inputs : cone.parameters) alive[index] = true;
  std::vector<DeadVariable> dead;
  for (std::size_t index = 0; index < alive.size(); ++index)
    if (!alive[index]) dead.push_back(dead_variable(circuit, source, index));
  return dead;
}

}  // namespace

LightCones light_cones(const Circuit& circuit, const std::vector<Observable>& observables) {
  LightCones result;
  for (std::size_t output = 0; output < observables.size(); ++output) {
    require_in_range(circuit, observables[output], output);
    LightCone& cone = result.outputs.emplace_back();
    cone.output = output;
    fill_connected(cone, circuit, observables[output]);
    fill_seen(cone, circuit, observables[output]);
  }
  result.dead_parameters = dead_variables(circuit, result.outputs, Angle::Source::parameter);
  result.dead_inputs = dead_variables(circuit, result.outputs, Angle::Source::input);
  return result;
}

}  // namespace tacit::quantum_sim::analysis
