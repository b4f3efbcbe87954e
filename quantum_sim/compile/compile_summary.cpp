#include "quantum_sim/compile/compile_summary.h"

#include "quantum_sim/compile/gate_lowering.h"
#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {
namespace {

void count_gates(const Circuit& circuit, CompileSummary& summary) {
  summary.qubits = circuit.qubits();
  summary.gates = circuit.gates().size();
  for (std::size_t position = 0; position < circuit.gates().size(); ++position) {
    const Gate& gate = circuit.gates()[position];
    ++summary.gates_by_name[name(gate)];
    summary.rotations_of_gates += lower(gate, position).size();
  }
}

/// The indices below `count` that no term reads.
std::vector<std::uint32_t> unseen(const std::vector<PauliRotation>& rotations, Angle::Source source, std::size_t count,
                                  std::size_t always_read) {
  std::vector<bool> is_read(count);
  for (std::size_t index = 0; index < always_read; ++index) is_read[index] = true;
  for (const PauliRotation& rotation : rotations)
    for (const AngleTerm& term : rotation.terms)
      for (const Angle::Factor& factor : term.angle.factors())
        if (factor.source == source) is_read[factor.index] = true;
  std::vector<std::uint32_t> result;
  for (std::uint32_t index = 0; index < count; ++index)
    if (!is_read[index]) result.push_back(index);
  return result;
}

void count_rotations(const Circuit& circuit, const std::vector<Observable>& observables, CompileSummary& summary) {
  const LoweredCircuit lowered = lower(circuit);
  const RotationForm form = to_rotation_form(circuit, observables);
  summary.frame_turns = lowered.frame.turns().size();
  summary.rotations_absorbed =
      summary.rotations_of_gates - std::min(summary.rotations_of_gates, lowered.rotations.size());
  summary.rotations = form.rotations.size();
  summary.rotations_unseen = lowered.rotations.size() - form.rotations.size();
  for (const PauliRotation& rotation : form.rotations) {
    if (!rotation.controls.empty()) ++summary.controlled_rotations;
    if (rotation.terms.empty()) ++summary.constant_rotations;
  }
  summary.unseen_parameters = unseen(form.rotations, Angle::Source::parameter, circuit.parameters(), 0);
  summary.unseen_inputs = unseen(form.rotations, Angle::Source::input, circuit.inputs(), form.encoded_amplitudes);
}

void count_sweeps(const Program& program, CompileSummary& summary) {
  summary.dimension = program.dimension;
  summary.start_dimension = program.start_dimension;
  summary.sweeps = program.sweeps.size();
  summary.angles = program.slots.size();
  summary.sample_angles = program.lane_slots;
  summary.measured_strings = program.measured.size();
  for (const Sweep& sweep : program.sweeps) {
    const bool rotates = sweep.kind != Sweep::Kind::phase, has_phase = sweep.phase_slot != no_slot;
    // A phase turns half of the rows, but all of those that it is controlled on.
    const bool on_all = sweep.is_controlled() && !rotates;
    const double pairs = static_cast<double>(program.rows_of(sweep)) / (on_all ? 1 : 2);
    summary.rotation_sweeps += rotates;
    summary.growing_sweeps += sweep.grows;
    summary.attached_phases += rotates && has_phase;
    summary.phase_sweeps += !rotates;
    const double forward = (rotates ? (sweep.grows ? 4 : 8) : 0) + (has_phase ? 4 : 0);
    summary.forward_operations += pairs * forward;
    summary.gradient_operations += pairs * (forward + (rotates ? 20 : 0) + (has_phase ? 10 : 0));
  }
}

}  // namespace

CompileSummary summarise_compilation(const Circuit& circuit, const std::vector<Observable>& observables) {
  const Program program = compile(circuit, observables);  // first: it checks both
  CompileSummary summary;
  count_gates(circuit, summary);
  count_rotations(circuit, observables, summary);
  count_sweeps(program, summary);
  return summary;
}

}  // namespace tacit::quantum_sim
