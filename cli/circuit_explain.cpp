#include "cli/circuit_explain.h"

#include "cli/circuit_source.h"
#include "cli/circuit_verbs.h"
#include "cli/whole_number.h"
#include "quantum_sim/batch/compiled_batch.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/simulator.h"
#include "quantum_sim/state/state_kernels.h"

namespace tacit::cli {
namespace {

using quantum_sim::CompileSummary;

struct Options {
  CircuitOptions circuit;
  std::string format = "text", output, precision = "float";
  std::int64_t batch = 256, threads = 1;
};

Execution execution_of(const Options& options, const ReadCircuit& read, const CompileSummary& summary) {
  const bool is_float = options.precision == "float";
  Execution result{};
  result.precision = is_float ? "float" : "double";
  result.batch = static_cast<std::size_t>(options.batch);
  result.scalar_bytes = is_float ? sizeof(float) : sizeof(double);
  result.tile_width = is_float ? quantum_sim::tile_width<float> : quantum_sim::tile_width<double>;
  result.tiles = (result.batch + result.tile_width - 1) / result.tile_width;
  result.threads_used = std::min(static_cast<std::size_t>(options.threads), result.tiles);
  const auto lanes = static_cast<double>(result.tiles * result.tile_width);
  result.idle_lanes = 1 - static_cast<double>(result.batch) / lanes;
  result.sample_state_bytes = summary.rows() * 2 * result.scalar_bytes;
  result.tile_state_bytes = result.sample_state_bytes * result.tile_width;
  const quantum_sim::SimulatorOptions typical{.batch = result.batch,
                                              .threads = static_cast<std::size_t>(options.threads)};
  result.choice = is_float ? quantum_sim::engine_for<float>(read.circuit, read.observables, typical)
                           : quantum_sim::engine_for<double>(read.circuit, read.observables, typical);
  return result;
}

template <class T>
quantum_sim::PlanReport state_plan(const ReadCircuit& read) {
  const quantum_sim::RotationForm form = quantum_sim::to_diagonal_rotation_form(read.circuit, read.observables);
  quantum_sim::PlanLimits limits;
  limits.lane_bits = quantum_sim::state_kernels<T>().lane_bits;
  return describe_plan(plan_state(form, static_cast<std::uint32_t>(read.observables.size()), limits), sizeof(T));
}

Plan plan_of(const ReadCircuit& read, const Execution& run) {
  const bool is_float = run.scalar_bytes == sizeof(float);
  if (run.choice.engine == quantum_sim::Engine::state)
    return {is_float ? state_plan<float>(read) : state_plan<double>(read), std::nullopt};
  const quantum_sim::CompiledBatch compiled(read.circuit, read.observables);
  return {std::nullopt, is_float ? quantum_sim::summarise<float>(compiled) : quantum_sim::summarise<double>(compiled)};
}

nlohmann::ordered_json plan_object(const quantum_sim::PlanSummary& plan) {
  nlohmann::ordered_json passes;
  for (const auto& [name, pass] : passes_of(plan))
    passes[name] = {{"states", pass->states},
                    {"bytes", pass->bytes},
                    {"block_bytes", pass->block_bytes},
                    {"stages", pass->stages},
                    {"visits_by_sweeps", pass->visits_of},
                    {"operations_per_row", pass->operations_per_row}};
  return {{"shared_diagonals", plan.diagonals},      {"phases_in_diagonals", plan.diagonal_phases},
          {"attached_phases", plan.attached_phases}, {"lone_phases", plan.lone_phases},
          {"kept_layers", plan.kept_layers},         {"passes", passes}};
}

nlohmann::ordered_json plan_object(const quantum_sim::PlanReport& plan) {
  nlohmann::ordered_json passes = nlohmann::ordered_json::array();
  for (const auto& pass : plan.passes)
    passes.push_back({{"blocks", pass.blocks},
                      {"rows", pass.rows},
                      {"rotations", pass.rotations},
                      {"bytes", pass.bytes},
                      {"operations", pass.operations}});
  return {{"amplitudes", plan.amplitudes},     {"lanes", plan.lanes},
          {"state_bytes", plan.state_bytes},   {"block_bytes", plan.block_bytes},
          {"single_block", plan.single_block}, {"bytes", plan.bytes()},
          {"operations", plan.operations()},   {"passes", passes}};
}

nlohmann::ordered_json object_of(const Explanation& explanation) {
  const auto& [read, s, run, plan] = explanation;
  nlohmann::ordered_json object = describe(read);
  object["gates_by_name"] = s.gates_by_name;
  object["compiled"] = {{"rotations_of_gates", s.rotations_of_gates},
                        {"rotations_absorbed", s.rotations_absorbed},
                        {"frame_turns", s.frame_turns},
                        {"rotations_unseen", s.rotations_unseen},
                        {"rotations", s.rotations},
                        {"controlled_rotations", s.controlled_rotations},
                        {"constant_rotations", s.constant_rotations},
                        {"unseen_parameters", s.unseen_parameters},
                        {"unseen_inputs", s.unseen_inputs}};
  object["program"] = {{"dimension", s.dimension},
                       {"rows", s.rows()},
                       {"start_dimension", s.start_dimension},
                       {"sweeps", s.sweeps},
                       {"rotation_sweeps", s.rotation_sweeps},
                       {"growing_sweeps", s.growing_sweeps},
                       {"phase_sweeps", s.phase_sweeps},
                       {"attached_phases", s.attached_phases},
                       {"angles", s.angles},
                       {"sample_angles", s.sample_angles},
                       {"measured_strings", s.measured_strings},
                       {"forward_operations", s.forward_operations},
                       {"gradient_operations", s.gradient_operations}};
  const std::size_t state = run.tile_state_bytes;
  object["execution"] = {{"engine", to_string(run.choice.engine)},
                         {"why", run.choice.reason},
                         {"batch", run.batch},
                         {"precision", run.precision},
                         {"threads", run.threads_used},
                         {"tile_width", run.tile_width},
                         {"tiles", run.tiles},
                         {"sample_state_bytes", run.sample_state_bytes},
                         {"tile_bytes_forward", plan.batch ? plan.batch->forward.bytes : state},
                         {"tile_bytes_gradient", plan.batch ? plan.batch->backward.bytes : 2 * state},
                         {"tile_bytes_tangent", plan.batch ? plan.batch->backward_tangent.bytes : 4 * state}};
  if (plan.state) object["execution"]["state_plan"] = plan_object(*plan.state);
  if (plan.batch) object["execution"]["batch_plan"] = plan_object(*plan.batch);
  return object;
}

nlohmann::ordered_json explain(const Options& options) {
  Explanation found{read_for_analysis(options.circuit), {}, {}, {}};
  found.summary = quantum_sim::summarise_compilation(found.read.circuit, found.read.observables);
  found.run = execution_of(options, found.read, found.summary);
  found.plan = plan_of(found.read, found.run);
  nlohmann::ordered_json object = object_of(found);
  deliver(options.format == "json"  ? object.dump(2) + "\n"
          : options.format == "svg" ? explanation_svg(found)
                                    : explanation_text(found),
          options.output, object);
  return object;
}

}  // namespace

void add_circuit_explain(CLI::App& circuit, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      add_subcommand(circuit, chosen, "explain", "What the compiler makes of a circuit, and what it costs",
                     "tacit circuit explain circuit.qasm --observable 'Z0 Z1' --batch 256");
  add_circuit_options(*command, options->circuit);
  command->add_option("--batch", options->batch, "Samples at a time")
      ->check(whole_number(1, 1'000'000'000))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Threads")->check(whole_number(1, 4096))->capture_default_str();
  command->add_option("--precision", options->precision, "float or double")
      ->check(CLI::IsMember({"float", "double"}))
      ->group("");
  command->add_option("--format", options->format, "text, svg or json")
      ->check(CLI::IsMember({"text", "svg", "json"}))
      ->capture_default_str();
  command->add_option("--output", options->output, "File (default: standard output)");
  command->callback([options, &chosen] { chosen.action = [options] { return explain(*options); }; });
}

}  // namespace tacit::cli
