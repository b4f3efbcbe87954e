#include "quantum_sim/batch/plan_summary.h"

#include <unistd.h>

#include <algorithm>

#include "quantum_sim/batch/tile.h"

namespace tacit::quantum_sim {
namespace {

/// Operations on real numbers of one pass: of a rotation on a pair of rows, of a phase on a row.
struct Costs {
  double scaled_rotation, rotation, phase;
};

// Of one state: 4 or 8 of a rotation, 4 of a phase; a derivative takes as many and 4 or 2 more. A gradient takes 4 of a
// rotation and 2 of a phase, its derivative twice that.
constexpr Costs forward_costs{4, 8, 4}, backward_costs{2 * 4 + 4, 2 * 8 + 4, 2 * 4 + 2};
constexpr Costs forward_tangent_costs{4 + 8, 8 + 12, 4 + 6};
constexpr Costs backward_tangent_costs{2 * 12 + 12, 2 * 20 + 12, 2 * 10 + 6};

// Rotations by angles of inputs, controlled ones and those that grow the state are done in full; all others are taken
// as scaled.
double operations(const Program& program, const Costs& costs) {
  double total = 0;
  for (const Sweep& sweep : program.sweeps) {
    const double rows = static_cast<double>(program.rows_of(sweep));
    if (sweep.kind == Sweep::Kind::diagonal) total += costs.phase * rows;
    if (sweep.phase_slot != no_slot) total += costs.phase * rows / (sweep.is_controlled() ? 1 : 2);
    if (sweep.rotation_slot == no_slot) continue;
    const bool in_full =
        sweep.grows || sweep.is_controlled() || program.slots[sweep.rotation_slot].lane_slot != no_slot;
    total += (in_full ? costs.rotation : costs.scaled_rotation) * rows / 2;
  }
  return total / static_cast<double>(program.rows());
}

PassSummary summarise_pass(const Program& program, const VisitPlan& plan, std::size_t states, std::size_t row_bytes,
                           const Costs& costs) {
  PassSummary summary;
  summary.states = states;
  summary.bytes = states * row_bytes * program.rows();
  summary.stages = plan.stages.size();
  for (const Visit& visit : plan.visits) {
    ++summary.visits_of[visit.levels];
    const std::size_t block_rows = std::size_t{1} << (visit.levels + visit.steps);
    summary.block_bytes = std::max(summary.block_bytes, states * row_bytes * block_rows);
  }
  summary.operations_per_row = operations(program, costs);
  return summary;
}

}  // namespace

template <class T>
PlanSummary summarise(const CompiledBatch& compiled) {
  const Program& program = compiled.program;
  constexpr std::size_t row_bytes = 2 * tile_width<T> * sizeof(T);
  PlanSummary summary;
  summary.samples_of_tile = tile_width<T>;
  summary.rows = program.rows();
  summary.state_bytes = program.rows() * row_bytes;
  for (const Sweep& sweep : program.sweeps) {
    summary.rotations += sweep.rotation_slot != no_slot;
    summary.growing += sweep.grows;
    const bool is_lone = sweep.kind == Sweep::Kind::phase;
    summary.lone_phases += is_lone;
    summary.attached_phases += !is_lone && sweep.phase_slot != no_slot;
  }
  summary.diagonals = program.diagonals.size();
  for (const Diagonal& diagonal : program.diagonals) summary.diagonal_phases += diagonal.phases.size();
  summary.input_angles = program.lane_slots;
  summary.forward = summarise_pass(program, compiled.forward, 1, row_bytes, forward_costs);
  summary.backward = summarise_pass(program, compiled.backward, 2, row_bytes, backward_costs);
  summary.forward_tangent = summarise_pass(program, compiled.forward_tangent, 2, row_bytes, forward_tangent_costs);
  summary.backward_tangent = summarise_pass(program, compiled.backward_tangent, 4, row_bytes, backward_tangent_costs);
  return summary;
}

template PlanSummary summarise<float>(const CompiledBatch& compiled);
template PlanSummary summarise<double>(const CompiledBatch& compiled);

const char* nearest_cache(std::size_t bytes) {
  struct Level {
    int name;
    const char* text;
  };
  for (const Level& level :
       {Level{_SC_LEVEL1_DCACHE_SIZE, "L1"}, Level{_SC_LEVEL2_CACHE_SIZE, "L2"}, Level{_SC_LEVEL3_CACHE_SIZE, "L3"}}) {
    // Zero or less where the system does not say.
    const long size = ::sysconf(level.name);
    if (size > 0 && bytes <= static_cast<std::size_t>(size)) return level.text;
  }
  return "memory";
}

}  // namespace tacit::quantum_sim
