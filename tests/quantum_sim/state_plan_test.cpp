#include "quantum_sim/state/state_plan.h"

#include <set>

#include "quantum_sim/compile/expand_controls.h"
#include "quantum_sim/state/plan_report.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

RotationForm form_of(const Problem& problem) {
  RotationForm form = to_rotation_form(problem.circuit, problem.observables);
  expand_controls(form);
  return form;
}

// Rotations that do not commute keep their order; each is there once, and in one visit of its pass.
void expect_equivalent_order(const RotationForm& form, const StatePlan& plan) {
  std::set<std::uint32_t> sources(plan.unmoving.begin(), plan.unmoving.end());
  for (std::size_t later = 0; later < plan.rotations.size(); ++later) {
    const std::uint32_t source = plan.rotations[later].source;
    EXPECT_TRUE(sources.insert(source).second);
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      EXPECT_TRUE(plan.rotations[earlier].source < source ||
                  commute(form.rotations[plan.rotations[earlier].source], form.rotations[source]));
  }
  EXPECT_EQ(sources.size(), form.rotations.size());
  for (const Pass& pass : plan.passes) {
    std::multiset<std::uint32_t> visited;
    for (const BlockVisit& visit : pass.visits) {
      for (std::uint32_t place = 0; place < visit.count; ++place) visited.insert(visit.first_rotation + place);
      for (const std::uint32_t rotation : visit.rotations)
        if (rotation != no_rotation) visited.insert(rotation);
    }
    EXPECT_EQ(visited.size(), pass.rotation_count);
    EXPECT_EQ(std::set<std::uint32_t>(visited.begin(), visited.end()).size(), pass.rotation_count);
  }
}

// The blocks of a pass are disjoint, and once everything is reached they are all of the state.
void expect_disjoint_blocks(const StatePlan& plan, const Pass& pass) {
  std::set<std::size_t> rows;
  for (std::size_t block = 0; block < pass.blocks(); ++block) {
    std::size_t base = 0;
    for (std::size_t bit = 0; bit < pass.outer.size(); ++bit)
      if (block >> bit & 1) base ^= pass.outer[bit];
    for (const RowPlace& place : pass.places) EXPECT_TRUE(rows.insert(base ^ place.row).second);
  }
  EXPECT_LE(rows.size(), plan.rows());
  if (&pass == &plan.passes.back()) {
    EXPECT_EQ(rows.size(), plan.rows());
  }
}

TEST(StatePlan, KeepsTheCircuitAndCoversTheState) {
  for (const std::uint32_t lane_bits : {1u, 2u, 3u, 4u}) {
    for (const std::uint32_t block_row_bits : {0u, 2u, 5u}) {
      for (const Problem& problem : {state_ansatz(12, 3), random_problem(5, 9, 90, 1), random_problem(6, 3, 30, 1)}) {
        const RotationForm form = form_of(problem);
        const StatePlan plan = plan_state(form, 2, {.lane_bits = lane_bits, .block_row_bits = block_row_bits});
        expect_equivalent_order(form, plan);
        for (const Pass& pass : plan.passes) expect_disjoint_blocks(plan, pass);
      }
    }
  }
}

// What blocking is for: a layer of a large state takes few passes, not one a gate.
TEST(StatePlan, TakesAFewPassesALayer) {
  const RotationForm form = form_of(state_ansatz(20, 10));
  const StatePlan plan = plan_state(form, 2, {.lane_bits = 3});
  EXPECT_LE(plan.passes.size(), 20u);
  const PlanReport report = describe_plan(plan, sizeof(double));
  EXPECT_EQ(report.amplitudes, std::size_t{1} << 20);
  EXPECT_EQ(report.block_bytes, 32u << 10);
  // Not more than every pass reading and writing all of the state.
  EXPECT_LE(report.bytes(), static_cast<double>(plan.passes.size()) * 2 * 16 * (1 << 20));
  EXPECT_THAT(to_string(report), ::testing::HasSubstr("one state of 1048576 amplitudes"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
