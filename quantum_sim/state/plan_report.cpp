#include "quantum_sim/state/plan_report.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <numeric>

namespace tacit::quantum_sim {
namespace {

// A lane of all blocks: not every block has rows that meet the controls.
double controlled_operations(const StatePlan& plan, const Pass& pass, const BlockVisit& visit) {
  const PlannedRotation& rotation = plan.rotations[pass.first_rotation + visit.first_rotation];
  const BlockControls& controls = pass.controls[rotation.block_controls];
  const double rows = static_cast<double>(controls.offsets.size()) * (rotation.row_flip ? 2 : 1);
  return std::ldexp(rows * 4, -static_cast<int>(controls.whole.size()));
}

PlanReport::PassReport report_pass(const StatePlan& plan, const Pass& pass, double row_bytes, double lanes) {
  PlanReport::PassReport report{pass.blocks(), pass.rows(), pass.rotation_count, 0, 0, 0, 0, 0, 0};
  std::size_t fresh = 0;
  for (const RowPlace& place : pass.places) fresh += place.fresh;
  const auto blocks = static_cast<double>(report.blocks), rows = static_cast<double>(report.rows);
  const double written = plan.single_block ? 0 : rows;
  report.bytes = blocks * (rows - static_cast<double>(fresh) + written) * row_bytes;
  for (const BlockVisit& visit : pass.visits) {
    if (visit.kind == BlockVisit::Kind::controlled) {
      report.operations += blocks * lanes * controlled_operations(plan, pass, visit);
      ++report.controlled_visits;
      continue;
    }
    const double visited = static_cast<double>(std::size_t{1} << visit.row_bits);
    std::size_t rotations = visit.count;
    if (visit.kind != BlockVisit::Kind::lanes)
      for (const std::uint32_t rotation : visit.rotations) rotations += rotation != no_rotation;
    report.operations += blocks * visited * 2 * lanes * static_cast<double>(rotations);
    ++(visit.kind == BlockVisit::Kind::uniform ? report.uniform_visits
       : visit.kind == BlockVisit::Kind::rows  ? report.row_visits
                                               : report.lane_visits);
  }
  return report;
}

std::string bytes_text(double bytes) {
  const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  for (; bytes >= 1024 && unit + 1 < std::size(units); ++unit) bytes /= 1024;
  return fmt::format("{:.4g} {}", bytes, units[unit]);
}

}  // namespace

double PlanReport::bytes() const noexcept {
  return std::accumulate(passes.begin(), passes.end(), 0.0,
                         [](double sum, const auto& pass) { return sum + pass.bytes; });
}

double PlanReport::operations() const noexcept {
  return std::accumulate(passes.begin(), passes.end(), 0.0,
                         [](double sum, const auto& pass) { return sum + pass.operations; });
}

PlanReport describe_plan(const StatePlan& plan, std::size_t number_bytes) {
  PlanReport report{};
  report.lanes = std::size_t{1} << plan.lane_bits;
  report.amplitudes = plan.rows() * report.lanes;
  report.state_bytes = report.amplitudes * 2 * number_bytes;
  report.single_block = plan.single_block;
  const auto lanes = static_cast<double>(report.lanes), row_bytes = 2 * lanes * static_cast<double>(number_bytes);
  for (const Pass& pass : plan.passes) report.passes.push_back(report_pass(plan, pass, row_bytes, lanes));
  if (!report.passes.empty()) report.block_bytes = report.passes[0].rows * static_cast<std::size_t>(row_bytes);
  return report;
}

std::string to_string(const PlanReport& report) {
  std::string text = fmt::format("  one state of {} amplitudes ({}), {} to a vector, in blocks of {}{}\n",
                                 report.amplitudes, bytes_text(static_cast<double>(report.state_bytes)), report.lanes,
                                 bytes_text(static_cast<double>(report.block_bytes)),
                                 report.single_block ? ": one, which stays in the cache" : "");
  if (report.passes.empty()) return text;
  text += "\n  pass  blocks  rotations  visits: uniform, rows, lanes, controlled      moved  operations\n";
  for (std::size_t index = 0; index < report.passes.size(); ++index) {
    const PlanReport::PassReport& pass = report.passes[index];
    fmt::format_to(std::back_inserter(text), "  {:4}  {:6}  {:9}  {:15}, {:4}, {:5}, {:10}  {:>9}  {:>10.4g}\n",
                   index + 1, pass.blocks, pass.rotations, pass.uniform_visits, pass.row_visits, pass.lane_visits,
                   pass.controlled_visits, bytes_text(pass.bytes), pass.operations);
  }
  fmt::format_to(std::back_inserter(text),
                 "  in all {} between memory and blocks, {:.4g} multiply-adds, counted by lane\n",
                 bytes_text(report.bytes()), report.operations());
  return text;
}

}  // namespace tacit::quantum_sim
