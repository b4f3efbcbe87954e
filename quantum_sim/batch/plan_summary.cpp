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
// Where psi is kept, only lambda is undone.
constexpr Costs kept_backward_costs{4 + 4, 8 + 4, 4 + 2};
constexpr Costs kept_backward_tangent_costs{12 + 12, 20 + 12, 10 + 6};

// Rotations by angles of inputs, controlled ones and those that grow the state are done in full; all others are taken
// as scaled.
double operations(const Program& program, const Sweep& sweep, const Costs& costs) {
  const double rows = static_cast<double>(program.rows_of(sweep));
  double total = sweep.kind == Sweep::Kind::diagonal ? costs.phase * rows : 0;
  if (sweep.phase_slot != no_slot) total += costs.phase * rows / (sweep.is_controlled() ? 1 : 2);
  if (sweep.rotation_slot == no_slot) return total;
  const bool in_full = sweep.grows || sweep.is_controlled() || program.slots[sweep.rotation_slot].lane_slot != no_slot;
  return total + (in_full ? costs.rotation : costs.scaled_rotation) * rows / 2;
}

/// What one pass carries and does.
struct PassKind {
  const VisitPlan* plan;
  std::size_t worked_on, had;  ///< states
  Costs costs, kept_costs;
};

PassSummary summarise_pass(const CompiledBatch& compiled, const PassKind& kind, std::size_t row_bytes) {
  const Program& program = compiled.program;
  PassSummary summary;
  summary.states = kind.had;
  summary.bytes = kind.had * row_bytes * program.rows();
  summary.stages = kind.plan->stages.size();
  for (const Visit& visit : kind.plan->visits) {
    ++summary.visits_of[visit.levels];
    const std::size_t block_rows = std::size_t{1} << (visit.levels + visit.steps);
    summary.block_bytes = std::max(summary.block_bytes, kind.worked_on * row_bytes * block_rows);
  }
  auto kept = compiled.kept.begin();
  for (std::size_t place = 0; place < program.sweeps.size(); ++place) {
    if (kept != compiled.kept.end() && kept->end == place) ++kept;
    const bool is_kept = kept != compiled.kept.end() && kept->first_sweep <= place;
    summary.operations_per_row += operations(program, program.sweeps[place], is_kept ? kind.kept_costs : kind.costs);
  }
  summary.operations_per_row /= static_cast<double>(program.rows());
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
  const std::size_t states = compiled.kept.size() + 2;  // psi and lambda
  const auto pass = [&](const PassKind& kind) { return summarise_pass(compiled, kind, row_bytes); };
  summary.kept_layers = compiled.kept.size();
  summary.forward = pass({&compiled.forward, 1, 1, forward_costs, forward_costs});
  summary.backward = pass({&compiled.gradient.backward, 2, states, backward_costs, kept_backward_costs});
  summary.forward_tangent = pass({&compiled.forward_tangent, 2, 2, forward_tangent_costs, forward_tangent_costs});
  summary.backward_tangent =
      pass({&compiled.gradient_tangent.backward, 4, 2 * states, backward_tangent_costs, kept_backward_tangent_costs});
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
