#include <fmt/format.h>

#include <optional>

#include "cli/circuit_source.h"
#include "cli/circuit_verbs.h"
#include "cli/whole_number.h"
#include "quantum_sim/batch/compiled_batch.h"
#include "quantum_sim/batch/plan_summary.h"
#include "quantum_sim/batch/tile.h"
#include "quantum_sim/compile/compile_summary.h"
#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/engine_choice.h"
#include "quantum_sim/state/plan_report.h"
#include "quantum_sim/state/state_kernels.h"

namespace tacit::cli {
namespace {

using quantum_sim::CompileSummary;

struct Options {
  CircuitOptions circuit;
  std::string format = "text", output, precision = "float";
  std::int64_t batch = 256, threads = 1;
};

/// How a batch of this size runs on the batch engine.
struct Execution {
  std::size_t batch, tile_width, tiles, scalar_bytes;
  std::size_t threads_used;
  double idle_lanes;             ///< share of lanes of the last tile, over all tiles
  std::size_t tile_state_bytes;  ///< of one state of one tile
  std::size_t sample_state_bytes;
  quantum_sim::EngineChoice choice;
};

Execution execution_of(const Options& options, const CompileSummary& summary) {
  const bool is_float = options.precision == "float";
  Execution result{};
  result.batch = static_cast<std::size_t>(options.batch);
  result.scalar_bytes = is_float ? sizeof(float) : sizeof(double);
  result.tile_width = is_float ? quantum_sim::tile_width<float> : quantum_sim::tile_width<double>;
  result.tiles = (result.batch + result.tile_width - 1) / result.tile_width;
  result.threads_used = std::min(static_cast<std::size_t>(options.threads), result.tiles);
  const auto lanes = static_cast<double>(result.tiles * result.tile_width);
  result.idle_lanes = 1 - static_cast<double>(result.batch) / lanes;
  result.sample_state_bytes = summary.rows() * 2 * result.scalar_bytes;
  result.tile_state_bytes = result.sample_state_bytes * result.tile_width;
  result.choice = quantum_sim::choose_engine({.dimension = summary.dimension,
                                              .batch = result.batch,
                                              .tile_width = result.tile_width,
                                              .real_bytes = result.scalar_bytes,
                                              .threads = static_cast<std::size_t>(options.threads)});
  return result;
}

std::string bytes_text(double bytes) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
  return fmt::format(fmt::runtime(bytes < 10 && unit > 0 ? "{:.1f} {}" : "{:.0f} {}"), bytes, units[unit]);
}

std::string list_text(const char* name, const std::vector<std::uint32_t>& indices) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t place = 0; place < std::min(indices.size(), most); ++place)
    text += fmt::format("{}{}_{}", place == 0 ? ": " : ", ", name, indices[place]);
  return indices.size() > most ? text + ", ..." : text;
}

template <class T>
quantum_sim::PlanReport state_plan(const ReadCircuit& read) {
  quantum_sim::RotationForm form = quantum_sim::to_rotation_form(read.circuit, read.observables);
  expand_controls(form);
  quantum_sim::PlanLimits limits;
  limits.lane_bits = quantum_sim::state_kernels<T>().lane_bits;
  return describe_plan(plan_state(form, static_cast<std::uint32_t>(read.observables.size()), limits), sizeof(T));
}

/// Of the engine that suits this batch.
struct Plan {
  std::optional<quantum_sim::PlanReport> state;
  std::optional<quantum_sim::PlanSummary> batch;
};

Plan plan_of(const ReadCircuit& read, const Execution& run) {
  const bool is_float = run.scalar_bytes == sizeof(float);
  if (run.choice.engine == quantum_sim::Engine::state)
    return {is_float ? state_plan<float>(read) : state_plan<double>(read), std::nullopt};
  const quantum_sim::CompiledBatch compiled(read.circuit, read.observables);
  return {std::nullopt, is_float ? quantum_sim::summarise<float>(compiled) : quantum_sim::summarise<double>(compiled)};
}

/// The four passes of the batch engine, by name.
std::vector<std::pair<const char*, const quantum_sim::PassSummary*>> passes_of(const quantum_sim::PlanSummary& plan) {
  return {{"forward", &plan.forward},
          {"gradient", &plan.backward},
          {"forward_tangent", &plan.forward_tangent},
          {"gradient_tangent", &plan.backward_tangent}};
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
  return {{"shared_diagonals", plan.diagonals},
          {"phases_in_diagonals", plan.diagonal_phases},
          {"attached_phases", plan.attached_phases},
          {"lone_phases", plan.lone_phases},
          {"passes", passes}};
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

std::string batch_passes_text(const quantum_sim::PlanSummary& plan) {
  std::string text = fmt::format("\n  {:<18}{:>7}{:>11}{:>7}{:>11}{:>8}{:>26}{:>16}\n", "pass", "states", "memory",
                                 "cache", "block", "stages", "visits of 1/2/3 sweeps", "operations/row");
  for (const auto& [name, pass] : passes_of(plan)) {
    std::string visits;
    for (std::size_t sweeps = 1; sweeps < pass->visits_of.size(); ++sweeps)
      visits += fmt::format("{}{}", sweeps == 1 ? "" : "/", pass->visits_of[sweeps]);
    text +=
        fmt::format("  {:<18}{:>7}{:>11}{:>7}{:>11}{:>8}{:>26}{:>16.1f}\n", name, pass->states,
                    bytes_text(static_cast<double>(pass->bytes)), quantum_sim::nearest_cache(pass->bytes),
                    bytes_text(static_cast<double>(pass->block_bytes)), pass->stages, visits, pass->operations_per_row);
  }
  return text;
}

std::string execution_text(const Execution& run, const Plan& plan) {
  std::string text = fmt::format("  {:<24}{}: {}\n", "engine", to_string(run.choice.engine), run.choice.reason);
  if (plan.state) return text + "\n" + to_string(*plan.state);
  const auto bytes = static_cast<double>(run.tile_state_bytes);
  text += fmt::format("  {:<24}{} of {} samples, {} thread{}\n", "tiles", run.tiles, run.tile_width, run.threads_used,
                      run.threads_used == 1 ? "" : "s");
  text += fmt::format("  {:<24}{} forward, {} gradient, {} tangent\n", "memory of a tile", bytes_text(bytes),
                      bytes_text(2 * bytes), bytes_text(4 * bytes));
  text += fmt::format("  {:<24}{}\n", "a sample's state", bytes_text(static_cast<double>(run.sample_state_bytes)));
  return text + batch_passes_text(*plan.batch);
}

std::string text_of(const ReadCircuit& read, const CompileSummary& s, const Execution& run, const Options& options,
                    const Plan& plan) {
  std::string text = fmt::format("{}\n  {} qubits, {} parameters, {} inputs, {} outputs\n", read.origin, s.qubits,
                                 read.circuit.parameters(), read.circuit.inputs(), read.observables.size());
  for (const std::string& note : read.notes) text += "  note: " + note + "\n";
  std::string kinds;
  for (const auto& [name, count] : s.gates_by_name)
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", name, count);
  const auto row = [&](const char* label, const std::string& value) {
    text += fmt::format("  {:<24}{}\n", label, value);
  };
  text += "\ncompiled\n";
  row("gates", fmt::format("{}{}", s.gates, kinds.empty() ? "" : ": " + kinds));
  row("as rotations", fmt::format("{}", s.rotations_of_gates));
  row("absorbed or merged", fmt::format("{}, into an index frame of {} quarter turns that costs nothing",
                                        s.rotations_absorbed, s.frame_turns));
  row("unseen by the outputs", fmt::format("{}", s.rotations_unseen));
  row("rotations left",
      fmt::format("{}, {} of them controlled, {} constant", s.rotations, s.controlled_rotations, s.constant_rotations));
  row("dead parameters", fmt::format("{}{}", s.unseen_parameters.size(), list_text("theta", s.unseen_parameters)));
  row("dead inputs", fmt::format("{}{}", s.unseen_inputs.size(), list_text("x", s.unseen_inputs)));
  text += "\nprogram\n";
  row("rows", fmt::format("2^{} = {} reachable of 2^{}", s.dimension, s.rows(), s.qubits));
  row("sweeps", fmt::format("{}: {} rotations ({} double the rows in use), {} phases", s.sweeps, s.rotation_sweeps,
                            s.growing_sweeps, s.phase_sweeps));
  row("phases inside sweeps", fmt::format("{}", s.attached_phases));
  row("angles", fmt::format("{}, {} of them for each sample anew", s.angles, s.sample_angles));
  row("measured strings", fmt::format("{}", s.measured_strings));
  row("operations a sample",
      fmt::format("{:.4g} forward, {:.4g} with the gradient", s.forward_operations, s.gradient_operations));
  text += fmt::format("\nbatch of {}, {}\n", run.batch, options.precision);
  return text + execution_text(run, plan);
}

nlohmann::ordered_json object_of(const ReadCircuit& read, const CompileSummary& s, const Execution& run,
                                 const Options& options, const Plan& plan) {
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
  object["execution"] = {{"engine", to_string(run.choice.engine)},
                         {"why", run.choice.reason},
                         {"batch", run.batch},
                         {"precision", options.precision},
                         {"threads", run.threads_used},
                         {"tile_width", run.tile_width},
                         {"tiles", run.tiles},
                         {"sample_state_bytes", run.sample_state_bytes},
                         {"tile_bytes_forward", run.tile_state_bytes},
                         {"tile_bytes_gradient", 2 * run.tile_state_bytes},
                         {"tile_bytes_tangent", 4 * run.tile_state_bytes}};
  if (plan.state) object["execution"]["state_plan"] = plan_object(*plan.state);
  if (plan.batch) object["execution"]["batch_plan"] = plan_object(*plan.batch);
  return object;
}

nlohmann::ordered_json explain(const Options& options) {
  const ReadCircuit read = read_for_analysis(options.circuit);
  const CompileSummary summary = quantum_sim::summarise_compilation(read.circuit, read.observables);
  const Execution run = execution_of(options, summary);
  const Plan plan = plan_of(read, run);
  nlohmann::ordered_json object = object_of(read, summary, run, options, plan);
  deliver(options.format == "json" ? object.dump(2) + "\n" : text_of(read, summary, run, options, plan), options.output,
          object);
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
  command->add_option("--format", options->format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command->add_option("--output", options->output, "File (default: standard output)");
  command->callback([options, &chosen] { chosen.action = [options] { return explain(*options); }; });
}

}  // namespace tacit::cli
