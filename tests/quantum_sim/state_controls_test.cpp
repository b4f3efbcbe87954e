#include <complex>
#include <numeric>
#include <set>

#include "hwy/targets.h"
#include "quantum_sim/compile/diagonal_rotation_form.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/state/state_plan.h"
#include "quantum_sim/state/state_readout.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
constexpr double tolerance = sizeof(T) == sizeof(float) ? 3e-5 : 1e-12;

template <class T>
class StateControls : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StateControls, Precisions);

std::vector<std::uint32_t> qubits_from(std::uint32_t first, std::uint32_t count) {
  std::vector<std::uint32_t> qubits(count);
  std::iota(qubits.begin(), qubits.end(), first);
  return qubits;
}

// Every kind of gate behind `controls` qubits, in states of one block and of several.
std::vector<Problem> controlled_problems() {
  std::vector<Problem> problems;
  for (std::size_t controls = 1; controls <= 8; ++controls)
    for (const std::uint32_t qubits : {3u, 5u, 7u, 9u})
      if (controls < qubits) problems.push_back(controlled_problem(31 * controls + qubits, qubits, controls, 8, 1));
  return problems;
}

/// The same between layers that reach every basis state and see every gate.
Problem wide_problem(std::uint64_t seed, std::uint32_t qubits, std::size_t controls, std::size_t gates) {
  const Problem inner = controlled_problem(seed, qubits, controls, gates, 1);
  Circuit circuit(qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.ry(qubit, Angle::parameter(qubit % 6, 0.9, 0.4));
  for (const Gate& gate : inner.circuit.gates()) circuit.append(gate);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.rx(qubit, Angle::parameter(qubit % 6, 0.7));
  return problem_of(seed, std::move(circuit), inner.observables, 1);
}

std::vector<double> expected_outputs(const Problem& problem) {
  return dense_outputs(problem.circuit, problem.observables, problem.parameters, problem.inputs);
}

TYPED_TEST(StateControls, OfAllGatesGiveWhatDenseMatricesGive) {
  for (const Problem& problem : controlled_problems()) {
    SCOPED_TRACE(fmt::format("seed {}, {} qubits", problem.seed, problem.circuit.qubits()));
    StateSimulator<TypeParam> simulator(problem.circuit, problem.observables);
    EXPECT_TRUE(all_near(forward(simulator, problem), expected_outputs(problem), tolerance<TypeParam>));
  }
}

// Those with controls are there, and act on their share of a block's rows only.
TEST(StateControlsPlan, ConfinesRotationsToTheirRows) {
  Circuit circuit(12);
  for (std::uint32_t qubit = 0; qubit < 12; ++qubit) circuit.ry(qubit, Angle::parameter(qubit));
  circuit.append({GateKind::ry, {11}, qubits_from(0, 11), {Angle::parameter(12)}});
  const RotationForm form = to_diagonal_rotation_form(circuit, {{{{1.0, 1 << 11, 0}}}});
  for (const std::uint32_t lane_bits : {1u, 2u, 3u, 4u}) {
    const StatePlan plan = plan_state(form, 1, {.lane_bits = lane_bits});
    std::size_t controlled = 0;
    for (const Pass& pass : plan.passes)
      for (const BlockVisit& visit : pass.visits) {
        if (visit.kind != BlockVisit::Kind::controlled) continue;
        ++controlled;
        const PlannedRotation& rotation = plan.rotations[pass.first_rotation + visit.first_rotation];
        const BlockControls& controls = pass.controls[rotation.block_controls];
        EXPECT_EQ(rotation.controls.size(), 11u);
        EXPECT_EQ(controls.whole.size() + controls.by_row.size() + controls.by_lane.size(), 11u);
        EXPECT_EQ(controls.offsets.size(), 1u);
        EXPECT_NE(rotation.row_flip | rotation.lane_flip, 0u);
      }
    EXPECT_EQ(controlled, 1u);
    EXPECT_EQ(plan.rotations.size(), 13u);
  }
}

// A block's conditions, met by hand at every row and lane.
TEST(StateControlsPlan, ListsTheRowsThatMeetThem) {
  RandomStream stream({8, Purpose::test, 0, 0});
  for (int repeat = 0; repeat < 100; ++repeat) {
    constexpr std::uint32_t row_bits = 4, lane_bits = 2, index_bits = 8;
    std::vector<BlockControls::Condition> conditions;
    std::vector<RowCondition> over_index;
    // Directions of the block are the bits above the lanes, so masks need no mapping.
    for (std::uint64_t count = 1 + stream.below(5); count > 0; --count) {
      const auto mask = static_cast<std::uint32_t>(1 + stream.below((1 << index_bits) - 1));
      over_index.push_back({mask, static_cast<std::uint32_t>(stream.below(2))});
    }
    const auto rows_met = controlled_rows(over_index, index_bits);
    if (!rows_met) continue;
    for (const std::uint32_t mask : rows_met->masks)
      conditions.push_back({mask, parity(mask & rows_met->first), mask >> lane_bits & ((1 << row_bits) - 1),
                            mask & ((1 << lane_bits) - 1)});
    const BlockControls controls = block_controls(conditions, 0, row_bits);
    for (std::uint32_t base = 0; base < 1u << index_bits; base += 1u << (row_bits + lane_bits)) {
      std::set<std::uint32_t> expected, actual;
      for (std::uint32_t index = base; index < base + (1u << (row_bits + lane_bits)); ++index)
        if (std::all_of(over_index.begin(), over_index.end(),
                        [&](const RowCondition& c) { return parity(index & c.mask) == c.value; }))
          expected.insert(index);
      const auto meets = [&](const BlockControls::Condition& c, std::uint32_t row, std::uint32_t lane) {
        return (parity(base & c.mask) ^ parity(row & c.rows) ^ parity(lane & c.lanes)) == c.value;
      };
      std::uint32_t first = 0;
      for (const auto& condition : controls.by_row)
        if (!meets(condition, 0, 0)) first ^= condition.highest_row();
      for (const std::uint32_t offset : controls.offsets)
        for (std::uint32_t lane = 0; lane < 1u << lane_bits; ++lane) {
          bool all = true;
          for (const auto& condition : controls.whole) all &= meets(condition, 0, 0);
          for (const auto& condition : controls.by_lane) all &= meets(condition, first ^ offset, lane);
          if (all) actual.insert(base ^ (first ^ offset) << lane_bits ^ lane);
        }
      EXPECT_EQ(actual, expected);
    }
  }
}

// Fourth-order central difference of `f` along the problem's direction.
template <class Function>
std::vector<double> difference_along(const Problem& problem, Function f) {
  const double step = 1e-3;
  const std::vector<double> far_minus = f(moved(problem, -2 * step)), minus = f(moved(problem, -step));
  const std::vector<double> plus = f(moved(problem, step)), far_plus = f(moved(problem, 2 * step));
  std::vector<double> result(plus.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = (8 * (plus[i] - minus[i]) - (far_plus[i] - far_minus[i])) / (12 * step);
  return result;
}

double dot(const std::vector<double>& left, const std::vector<double>& right) {
  return std::inner_product(left.begin(), left.end(), right.begin(), 0.0);
}

// Values against dense matrices; then each derivative against differences of the one before.
void expect_derivatives(const Problem& problem) {
  SCOPED_TRACE(fmt::format("seed {}, {} qubits", problem.seed, problem.circuit.qubits()));
  StateSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> outputs(problem.upstream.size()), outputs_dot(problem.upstream.size());
  simulator.forward_tangent(problem.parameters, problem.inputs, problem.parameters_dot, problem.inputs_dot, outputs,
                            outputs_dot);
  const auto values = [&](const Problem& at) { return forward(simulator, at); };
  const std::vector<double> rates = difference_along(problem, values);
  EXPECT_TRUE(all_near(outputs, values(problem), 1e-13));
  EXPECT_TRUE(all_near(outputs_dot, rates, 1e-8));

  const auto gradients = backward(simulator, problem);
  EXPECT_NEAR(dot(gradients.parameters, problem.parameters_dot) + dot(gradients.inputs, problem.inputs_dot),
              dot(problem.upstream, rates), 1e-8);
  const auto tangents = backward_tangent(simulator, problem);
  EXPECT_TRUE(all_near(tangents.parameters, gradients.parameters, 1e-12));
  EXPECT_TRUE(all_near(tangents.inputs, gradients.inputs, 1e-12));
  const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
  const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
  EXPECT_TRUE(all_near(tangents.parameters_dot, difference_along(problem, of_parameters), 1e-7));
  EXPECT_TRUE(all_near(tangents.inputs_dot, difference_along(problem, of_inputs), 1e-7));
}

TEST(StateControlsDerivatives, AreTheFiniteDifferences) {
  for (const Problem& problem : controlled_problems()) expect_derivatives(problem);
  for (const std::size_t controls : {2u, 5u, 8u}) expect_derivatives(wide_problem(controls, 11, controls, 6));
}

// Gradients one by one, not along a direction only.
TEST(StateControlsDerivatives, OfEachParameterAreTheFiniteDifferences) {
  const Problem problem = controlled_problem(77, 6, 4, 7, 1);
  StateSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradients = backward(simulator, problem);
  for (std::size_t index = 0; index < problem.parameters.size(); ++index) {
    Problem along = problem;
    std::fill(along.parameters_dot.begin(), along.parameters_dot.end(), 0.0);
    std::fill(along.inputs_dot.begin(), along.inputs_dot.end(), 0.0);
    std::fill(along.upstream_dot.begin(), along.upstream_dot.end(), 0.0);
    along.parameters_dot[index] = 1;
    const auto rates = difference_along(along, [&](const Problem& at) { return forward(simulator, at); });
    EXPECT_NEAR(gradients.parameters[index], dot(problem.upstream, rates), 1e-9);
  }
}

// From encoded amplitudes, and where the rows of the rotation are not there yet.
TEST(StateControlsDerivatives, FromEncodedAmplitudesAreTheFiniteDifferences) {
  for (const std::size_t count : {6u, 30u, 100u}) {
    Circuit circuit(8);
    circuit.encode_amplitudes(count);
    circuit.append({GateKind::ry, {5}, qubits_from(0, 5), {Angle::parameter(0)}});
    circuit.append({GateKind::rx, {6}, {1, 2}, {Angle::parameter(1)}});
    circuit.ry(3, Angle::parameter(2)).append({GateKind::rz, {0}, {6, 1, 2}, {Angle::input(count)}});
    circuit.append({GateKind::rx, {7}, {0, 1, 5, 6}, {Angle::parameter(3)}}).ry(0, Angle::parameter(4));
    const Problem problem =
        problem_of(count, circuit, {Observable::pauli_z(6), {{{1.0, 0b10100001, 0b11}}}, Observable::pauli_z(0)}, 1);
    StateSimulator<double> simulator(problem.circuit, problem.observables);
    EXPECT_TRUE(all_near(forward(simulator, problem), expected_outputs(problem), 1e-12));
    expect_derivatives(problem);
  }
}

// All instruction sets, whose lanes hold other controls each.
template <class T>
void expect_all_targets_agree() {
  for (std::size_t controls = 1; controls <= 8; ++controls) {
    const Problem problem = wide_problem(400 + controls, 9, controls, 8);
    StateSimulator<double> reference(problem.circuit, problem.observables);
    const auto expected = backward_tangent(reference, problem);
    const std::vector<double> outputs = expected_outputs(problem);
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      SCOPED_TRACE(fmt::format("{}, {} controls", hwy::TargetName(target), controls));
      hwy::SetSupportedTargetsForTest(target);
      StateSimulator<T> simulator(problem.circuit, problem.observables);
      hwy::SetSupportedTargetsForTest(0);
      const auto gradients = backward(simulator, problem);
      const auto tangents = backward_tangent(simulator, problem);
      EXPECT_TRUE(all_near(gradients.outputs, outputs, tolerance<T>));
      EXPECT_TRUE(all_near(gradients.parameters, expected.parameters, 10 * tolerance<T>));
      EXPECT_TRUE(all_near(gradients.inputs, expected.inputs, 10 * tolerance<T>));
      EXPECT_TRUE(all_near(tangents.parameters_dot, expected.parameters_dot, 30 * tolerance<T>));
      EXPECT_TRUE(all_near(tangents.inputs_dot, expected.inputs_dot, 30 * tolerance<T>));
    }
  }
}

TYPED_TEST(StateControls, AllInstructionSetsAgree) {
  expect_all_targets_agree<TypeParam>();
}

// The engine of batches does it row by row of another layout.
TYPED_TEST(StateControls, OfManyQubitsGiveWhatTheBatchEngineGives) {
  for (const std::size_t controls : {2u, 5u, 9u, 12u}) {
    SCOPED_TRACE(controls);
    const Problem problem = wide_problem(900 + controls, 14, controls, 6);
    BatchSimulator<double> batch(problem.circuit, problem.observables);
    StateSimulator<TypeParam> simulator(problem.circuit, problem.observables);
    const auto expected = backward(batch, problem);
    const auto actual = backward(simulator, problem);
    EXPECT_TRUE(all_near(actual.outputs, expected.outputs, tolerance<TypeParam>));
    EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 10 * tolerance<TypeParam>));
    EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 10 * tolerance<TypeParam>));
  }
}

TYPED_TEST(StateControls, GiveTheSameBitsForEveryNumberOfThreads) {
  const Problem problem = wide_problem(5, 15, 6, 8);
  StateSimulator<TypeParam> one(problem.circuit, problem.observables);
  const auto expected = backward(one, problem);
  const auto expected_tangents = backward_tangent(one, problem);
  for (const std::size_t threads : {2u, 3u}) {
    StateSimulator<TypeParam> many(problem.circuit, problem.observables, {.threads = threads});
    const auto actual = backward(many, problem);
    EXPECT_EQ(actual.outputs, expected.outputs);
    EXPECT_EQ(actual.parameters, expected.parameters);
    EXPECT_EQ(actual.inputs, expected.inputs);
    const auto tangents = backward_tangent(many, problem);
    EXPECT_EQ(tangents.parameters_dot, expected_tangents.parameters_dot);
    EXPECT_EQ(tangents.inputs_dot, expected_tangents.inputs_dot);
  }
}

TEST(StateControlsReadout, IsTheMatrixWithItsGlobalPhase) {
  for (const Problem& problem : controlled_problems()) {
    StateReadout<double> readout(problem.circuit);
    const Vector expected = dense_state(problem.circuit, problem.parameters, problem.inputs);
    std::vector<std::complex<double>> amplitudes(readout.size());
    readout.amplitudes(problem.parameters, problem.inputs, amplitudes);
    double error = 0;
    for (std::size_t state = 0; state < readout.size(); ++state)
      error += std::norm(amplitudes[state] - expected(static_cast<Eigen::Index>(state)));
    EXPECT_LT(std::sqrt(error), 1e-12) << "seed " << problem.seed << ", " << problem.circuit.qubits() << " qubits";
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
