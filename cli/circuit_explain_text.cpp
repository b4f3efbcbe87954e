#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "cli/circuit_explain.h"
#include "cli/counted.h"

namespace tacit::cli {

using quantum_sim::CompileSummary;

/// The four passes of the batch engine, by name.
std::vector<std::pair<const char*, const quantum_sim::PassSummary*>> passes_of(const quantum_sim::PlanSummary& plan) {
  return {{"forward", &plan.forward},
          {"gradient", &plan.backward},
          {"forward_tangent", &plan.forward_tangent},
          {"gradient_tangent", &plan.backward_tangent}};
}

std::string bytes_text(double bytes) {
  const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
  return fmt::format(fmt::runtime(bytes < 10 && unit > 0 ? "{:.1f} {}" : "{:.0f} {}"), bytes, units[unit]);
}

namespace {

std::string list_text(const char* name, const std::vector<std::uint32_t>& indices) {
  constexpr std::size_t most = 8;
  std::string text;
  for (std::size_t place = 0; place < std::min(indices.size(), most); ++place)
    text += fmt::format("{}{}_{}", place == 0 ? ": " : ", ", name, indices[place]);
  return indices.size() > most ? text + ", ..." : text;
}

/// ", 3 of them controlled": nothing for none.
std::string share_text(std::size_t count, const char* what) {
  return count == 0 ? "" : fmt::format(", {} {}", count, what);
}

std::string row(const char* label, const std::string& value) {
  return fmt::format("  {:<24}{}\n", label, value);
}

std::string batch_passes_text(const quantum_sim::PlanSummary& plan) {
  std::string text = fmt::format("\n  {:<18}{:>7}{:>11}{:>7}{:>11}{:>8}{:>27}{:>16}\n", "pass", "states", "memory",
                                 "cache", "block", "stages", "visits of 1/2/3/4 sweeps", "operations/row");
  for (const auto& [name, pass] : passes_of(plan)) {
    std::string visits;
    for (std::size_t sweeps = 1; sweeps < pass->visits_of.size(); ++sweeps)
      visits += fmt::format("{}{}", sweeps == 1 ? "" : "/", pass->visits_of[sweeps]);
    text +=
        fmt::format("  {:<18}{:>7}{:>11}{:>7}{:>11}{:>8}{:>27}{:>16.1f}\n", name, pass->states,
                    bytes_text(static_cast<double>(pass->bytes)), quantum_sim::nearest_cache(pass->bytes),
                    bytes_text(static_cast<double>(pass->block_bytes)), pass->stages, visits, pass->operations_per_row);
  }
  return text;
}

std::string execution_text(const Execution& run, const Plan& plan) {
  std::string text = fmt::format("  {:<24}{}: {}\n", "engine", to_string(run.choice.engine), run.choice.reason);
  if (plan.state) return text + "\n" + to_string(*plan.state);
  const auto memory = [](const quantum_sim::PassSummary& pass) { return bytes_text(static_cast<double>(pass.bytes)); };
  text += fmt::format("  {:<24}{} of {}, {}\n", "tiles", run.tiles, counted(run.tile_width, "sample"),
                      counted(run.threads_used, "thread"));
  text += fmt::format("  {:<24}{} forward, {} gradient, {} tangent\n", "memory of a tile", memory(plan.batch->forward),
                      memory(plan.batch->backward), memory(plan.batch->backward_tangent));
  text += fmt::format("  {:<24}{}\n", "kept for gradients",
                      counted(plan.batch->kept_layers, "state") + ", each behind a layer of commuting rotations");
  text += fmt::format("  {:<24}{}\n", "a sample's state", bytes_text(static_cast<double>(run.sample_state_bytes)));
  return plan.batch->rotations + plan.batch->lone_phases == 0 ? text : text + batch_passes_text(*plan.batch);
}

std::string compiled_text(const CompileSummary& s) {
  std::string kinds;
  for (const auto& [name, count] : s.gates_by_name)
    kinds += fmt::format("{}{} {}", kinds.empty() ? ": " : ", ", name, count);
  return "\ncompiled\n" + row("gates", fmt::format("{}{}", s.gates, kinds)) +
         row("as rotations", fmt::format("{}", s.rotations_of_gates)) +
         row("absorbed or merged",
             fmt::format("{}{}", s.rotations_absorbed,
                         s.frame_turns == 0 ? ""
                                            : fmt::format(", into an index frame of {} that costs nothing",
                                                          counted(s.frame_turns, "quarter turn")))) +
         row("unseen by the outputs", fmt::format("{}", s.rotations_unseen)) +
         row("rotations left", fmt::format("{}{}{}", s.rotations, share_text(s.controlled_rotations, "controlled"),
                                           share_text(s.constant_rotations, "constant"))) +
         row("dead parameters",
             fmt::format("{}{}", s.unseen_parameters.size(), list_text("theta", s.unseen_parameters))) +
         row("dead inputs", fmt::format("{}{}", s.unseen_inputs.size(), list_text("x", s.unseen_inputs)));
}

std::string program_text(const CompileSummary& s) {
  std::string text = "\nprogram\n";
  text += row("rows", fmt::format("2^{} = {} reachable of 2^{}", s.dimension, s.rows(), s.qubits));
  if (s.sweeps == 0) return text + row("sweeps", "none: the outputs are read off the start");
  text += row(
      "sweeps",
      fmt::format("{}: {}{}{}", s.sweeps, counted(s.rotation_sweeps, "rotation"),
                  s.growing_sweeps == 0 ? "" : fmt::format(" ({} of them doubling the rows in use)", s.growing_sweeps),
                  s.phase_sweeps == 0 ? "" : ", " + counted(s.phase_sweeps, "phase")));
  text += row("phases inside sweeps", fmt::format("{}", s.attached_phases));
  text += row("angles", fmt::format("{}{}", s.angles, share_text(s.sample_angles, "of them anew for each sample")));
  text += row("measured strings", fmt::format("{}", s.measured_strings));
  return text + row("operations a sample", fmt::format("{:.4g} forward, {:.4g} with the gradient", s.forward_operations,
                                                       s.gradient_operations));
}

}  // namespace

std::string explanation_text(const Explanation& explanation) {
  const auto& [read, summary, run, plan] = explanation;
  return heading(read, {counted(read.circuit.parameters(), "parameter"), counted(read.circuit.inputs(), "input"),
                        counted(read.observables.size(), "output")}) +
         compiled_text(summary) + program_text(summary) + fmt::format("\nbatch of {}, {}\n", run.batch, run.precision) +
         execution_text(run, plan);
}

}  // namespace tacit::cli
