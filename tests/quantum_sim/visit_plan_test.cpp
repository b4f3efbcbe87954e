#include "quantum_sim/batch/visit_plan.h"

#include <numeric>
#include <set>

#include "quantum_sim/batch/shared_diagonals.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/compile/diagonals.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

Program gathered(const Circuit& circuit) {
  Program program = compile(circuit, {Observable::pauli_z(0)});
  gather_diagonals(program);
  return program;
}

Circuit ansatz(std::uint32_t qubits, std::uint32_t layers) {
  Circuit circuit(qubits);
  append_angle_encoding(circuit, Axis::x, qubits);
  append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
  return circuit;
}

std::vector<std::uint32_t> walk(const VisitPlan& plan, std::uint32_t first_step, std::uint32_t steps,
                                std::uint32_t row) {
  std::vector<std::uint32_t> rows{row};
  for (std::uint32_t index = 1; index < 1u << steps; ++index)
    rows.push_back(rows.back() ^ plan.steps[first_step + static_cast<std::uint32_t>(std::countr_zero(index))]);
  return rows;
}

std::set<std::uint32_t> rows_of(const Program& program, const Sweep& sweep) {
  std::vector<std::uint32_t> rows{0}, steps;
  for (std::uint32_t bit = 0; bit < sweep.dimension; ++bit) steps.push_back(1u << bit);
  if (sweep.is_controlled()) {
    rows[0] = program.controlled[sweep.controlled].first;
    steps = program.controlled[sweep.controlled].steps;
  }
  for (const std::uint32_t step : steps)
    for (std::size_t place = 0, end = rows.size(); place < end; ++place) rows.push_back(rows[place] ^ step);
  return {rows.begin(), rows.end()};
}

// Every row of a sweep is a member of exactly one group, whose first row has the role of a first row at each level.
void expect_visit_covers_rows(const VisitPlan& plan, const Stage& stage, const Visit& visit,
                              const std::set<std::uint32_t>& expected) {
  std::set<std::uint32_t> seen;
  for (const std::uint32_t block : walk(plan, stage.first_step, stage.steps, stage.origin)) {
    std::uint32_t start = block;
    for (std::uint32_t level = 0; level < visit.levels; ++level)
      if (parity(block & visit.roles[level])) start ^= visit.flips[level];
    for (const std::uint32_t first : walk(plan, visit.first_step, visit.steps, start)) {
      for (std::uint32_t level = 0; level < visit.levels; ++level) EXPECT_EQ(parity(first & visit.roles[level]), 0u);
      // A controlled phase turns all its rows: it pairs none.
      const std::uint32_t levels = visit.flips[0] == 0 ? 0 : visit.levels;
      for (std::uint32_t member = 0; member < 1u << levels; ++member) {
        std::uint32_t row = first;
        for (std::uint32_t level = 0; level < visit.levels; ++level)
          if (member >> level & 1) row ^= visit.flips[level];
        EXPECT_TRUE(seen.insert(row).second);
      }
    }
  }
  EXPECT_EQ(seen, expected);
}

// Returns the number of controlled sweeps.
std::size_t expect_plan_is_complete(const Program& program, VisitLimits limits) {
  const VisitPlan plan = plan_forward(program, limits);
  std::size_t next = 0, controlled = 0;
  for (const Stage& stage : plan.stages) {
    std::size_t diagonals = 0;
    for (std::uint32_t index = stage.first_visit; index < stage.end_visit; ++index) {
      const Visit& visit = plan.visits[index];
      if (visit.diagonal != no_diagonal) {
        EXPECT_EQ(program.sweeps[next].kind, Sweep::Kind::diagonal);
        EXPECT_EQ(program.sweeps[next].diagonal, visit.diagonal);
        next += visit.levels > 0;
        ++diagonals;
      }
      EXPECT_EQ(visit.first_sweep, next);
      EXPECT_LE(visit.levels, limits.levels);
      const Sweep& sweep = program.sweeps[next];
      if (sweep.is_controlled())
        ++controlled;
      else
        EXPECT_LE(visit.levels + visit.steps, std::max(limits.block_dimension, visit.levels));
      next += std::max(visit.levels, 1u);
      expect_visit_covers_rows(plan, stage, visit, rows_of(program, sweep));
    }
    EXPECT_LE(diagonals, 1u);
  }
  EXPECT_EQ(next, program.sweeps.size());
  return controlled;
}

TEST(VisitPlan, VisitsEverySweepOnceAndEveryRowOnceASweep) {
  for (const VisitLimits limits :
       {VisitLimits{8, 3, 3}, VisitLimits{6, 3, 2}, VisitLimits{4, 2, 2}, VisitLimits{3, 1, 1}}) {
    expect_plan_is_complete(gathered(ansatz(7, 4)), limits);
    std::size_t controlled = 0;
    for (std::uint64_t seed = 0; seed < 8; ++seed)
      controlled += expect_plan_is_complete(gathered(random_problem(seed, 5, 60, 1).circuit), limits);
    EXPECT_GT(controlled, 0u);
  }
}

// Rotations of one layer leave each other alone, so behind the growing part they go three by three.
TEST(VisitPlan, SweepsOfALayerGoThreeByThree) {
  const Program program = gathered(ansatz(6, 5));
  const VisitPlan plan = plan_forward(program, {8, 3, 3});
  const auto threes =
      std::count_if(plan.visits.begin(), plan.visits.end(), [](const Visit& visit) { return visit.levels == 3; });
  EXPECT_GE(threes, 3 * 2);
}

// Blocks of six flips out of eight: stages could go on into the next visit, but would cut it in two. Behind the growing
// part a layer's eight sweeps make four visits of two, or three of three, three and two.
TEST(VisitPlan, StagesEndWhereVisitsDo) {
  const Program program = gathered(ansatz(8, 10));
  const auto visits_of = [&](std::uint32_t levels, std::uint32_t wanted) {
    const VisitPlan plan = plan_forward(program, {6, levels, levels});
    return std::count_if(plan.visits.begin(), plan.visits.end(), [&](const Visit& visit) {
      const Sweep& first = program.sweeps[visit.first_sweep];
      const bool is_plain = !first.grows && first.phase_slot == no_slot;
      return visit.levels == wanted && is_plain;
    });
  };
  EXPECT_LE(visits_of(2, 1), 3);
  EXPECT_GE(visits_of(2, 2), 4 * 8);
  EXPECT_LE(visits_of(3, 1), 3);
  EXPECT_GE(visits_of(3, 3), 2 * 8);
}

// Each rotation of a kept layer has its gradient taken once and is undone once on lambda; the diagonal before it is
// undone last, and no gradient of the layer is taken after lambda has moved.
void expect_kept_layers_are_complete(const Program& program, VisitLimits limits) {
  const std::vector<CommutingLayer> kept = layers_to_keep(program, 1 << 12);
  ASSERT_FALSE(kept.empty());
  const VisitPlan plan = plan_backward(program, limits, kept);
  EXPECT_EQ(plan.states, kept.size() + 1);
  std::vector<int> gradients(program.sweeps.size()), undone(program.sweeps.size());
  std::vector<std::uint32_t> states(program.sweeps.size());
  for (std::uint32_t layer = 0; layer < kept.size(); ++layer)
    std::fill(states.begin() + kept[layer].first_sweep, states.end(), layer + 1);
  for (auto stage = plan.stages.rbegin(); stage != plan.stages.rend(); ++stage)
    for (std::uint32_t index = stage->end_visit; index-- > stage->first_visit;) {
      const Visit& visit = plan.visits[index];
      const std::uint32_t state = states[visit.first_sweep];
      EXPECT_EQ(visit.target, state);
      for (std::uint32_t place = visit.first_sweep; place < visit.first_sweep + visit.levels; ++place) {
        gradients[place] += visit.back != Visit::Back::undo_lambda;
        undone[place] += visit.back != Visit::Back::gradients;
      }
      if (visit.back == Visit::Back::undo_lambda) {
        EXPECT_EQ(visit.source, state - 1);
        const CommutingLayer& layer = kept[state - 1];
        for (std::uint32_t place = layer.first_rotation; place < layer.end; ++place) {
          EXPECT_EQ(gradients[place], 1);
          EXPECT_TRUE(visit.diagonal == no_diagonal || undone[place] == 1);
        }
      } else {
        EXPECT_EQ(visit.source, state);
      }
      expect_visit_covers_rows(plan, *stage, visit, rows_of(program, program.sweeps[visit.first_sweep]));
    }
  for (std::size_t place = 0; place < program.sweeps.size(); ++place) {
    if (program.sweeps[place].rotation_slot == no_slot) continue;
    EXPECT_EQ(gradients[place], 1);
    EXPECT_EQ(undone[place], 1);
  }
}

TEST(VisitPlan, TakesKeptLayersGradientsBeforeLambdaMoves) {
  for (const VisitLimits limits : {VisitLimits{6, 3, 3, 4}, VisitLimits{6, 3, 2, 3}, VisitLimits{4, 1, 1, 2}}) {
    expect_kept_layers_are_complete(gathered(ansatz(8, 6)), limits);
    expect_kept_layers_are_complete(gathered(ansatz(5, 3)), limits);
  }
}

// The way there writes the state behind each kept layer once and reads the one before it.
TEST(VisitPlan, LeavesAStateBehindEachKeptLayer) {
  const Program program = gathered(ansatz(7, 5));
  const std::vector<CommutingLayer> kept = layers_to_keep(program, 1 << 12);
  const VisitPlan plan = plan_forward(program, {6, 3, 3}, kept);
  std::vector<std::uint32_t> moves(plan.states);
  for (const Visit& visit : plan.visits) {
    if (visit.source == visit.target) continue;
    EXPECT_EQ(visit.source + 1, visit.target);
    EXPECT_EQ(++moves[visit.target], 1u);
    const CommutingLayer& layer = kept[visit.source];
    EXPECT_EQ(visit.first_sweep, layer.first_rotation);
    EXPECT_EQ(visit.diagonal != no_diagonal, layer.first_sweep < layer.first_rotation);
  }
  EXPECT_EQ(std::accumulate(moves.begin(), moves.end(), 0u), kept.size());
}

TEST(CommutingLayers, TakeInALayersRotationsAndTheDiagonalBefore) {
  const Program program = gathered(ansatz(6, 5));
  const std::vector<CommutingLayer> layers = layers_to_keep(program, 1 << 12);
  // The first layer's rotations mostly belong to the part that grows.
  ASSERT_GE(layers.size(), 4u);
  for (std::size_t index = 1; index < layers.size(); ++index) {
    EXPECT_GE(layers[index].first_sweep, layers[index - 1].end);
    EXPECT_EQ(program.sweeps[layers[index].first_sweep].kind, Sweep::Kind::diagonal);
    EXPECT_EQ(layers[index].first_rotation, layers[index].first_sweep + 1);
  }
  const auto whole = std::count_if(layers.begin(), layers.end(),
                                   [](const CommutingLayer& layer) { return layer.end - layer.first_rotation == 6; });
  EXPECT_GE(whole, 2);
}

TEST(CommutingLayers, LongestAreKeptWhereNotAllFit) {
  const Program program = gathered(ansatz(6, 5));
  const std::size_t all = layers_to_keep(program, 1 << 12).size();
  EXPECT_TRUE(layers_to_keep(program, 63).empty());
  const std::vector<CommutingLayer> two = layers_to_keep(program, 2 * 64);
  ASSERT_EQ(two.size(), 2u);
  EXPECT_GT(all, 2u);
  for (const CommutingLayer& layer : two) EXPECT_EQ(layer.end - layer.first_rotation, 6u);
  EXPECT_LT(two[0].end, two[1].end);
}

TEST(Diagonals, TakeInALayersPhasesAndLoseNone) {
  const Circuit circuit = ansatz(6, 5);
  const Program before = compile(circuit, {Observable::pauli_z(0)}), after = gathered(circuit);
  const auto phases = [](const Program& program) {
    std::multiset<std::uint32_t> slots;
    for (const Sweep& sweep : program.sweeps)
      if (sweep.phase_slot != no_slot) slots.insert(sweep.phase_slot);
    for (const Diagonal& diagonal : program.diagonals)
      for (const Diagonal::Phase& phase : diagonal.phases) slots.insert(phase.slot);
    return slots;
  };
  EXPECT_EQ(phases(before), phases(after));
  EXPECT_GE(after.diagonals.size(), 3u);
  for (const Diagonal& diagonal : after.diagonals) EXPECT_GE(diagonal.phases.size(), 3u);
}

// Factors are the products of their phases; gradients by row come back as sums over each phase's rows.
TEST(Diagonals, TablesAreProductsOfPhasesAndFoldToTheirSums) {
  Program program;
  program.dimension = 5;
  program.diagonals = {{{{0b00110, 0}, {0b10001, 1}, {0b10111, 2}, {0b01000, 3}, {0b11111, 4}}}};
  program.slots.resize(5);
  RandomStream stream({.seed = 17});
  const auto values = random_values(stream, 5 + 32, 2);
  std::vector<MovingAngle> angles(5);
  const std::vector<double> signs{1, -1, 1, 1, -1};
  for (std::size_t slot = 0; slot < 5; ++slot)
    angles[slot] = {values[slot], 0.1 * values[slot], std::sin(values[slot]), std::cos(values[slot])};
  SharedDiagonals<double> diagonals(program);
  diagonals.update(angles, signs);
  std::vector<double> expected(5), scratch(32), folded(5);
  for (std::uint32_t row = 0; row < 32; ++row) {
    double angle = 0;
    for (const auto& [mask, slot] : program.diagonals[0].phases) {
      if (!parity(row & mask)) continue;
      angle += signs[slot] * values[slot];
      expected[slot] += values[5 + row];
    }
    EXPECT_NEAR(diagonals.factors()[2 * row], std::cos(angle), 1e-14);
    EXPECT_NEAR(diagonals.factors()[2 * row + 1], std::sin(angle), 1e-14);
    EXPECT_NEAR(diagonals.rates()[row], 0.1 * angle, 1e-14);
  }
  diagonals.fold(values.data() + 5, scratch, folded);
  EXPECT_TRUE(all_near(folded, expected, 1e-13));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
