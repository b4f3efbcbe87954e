#include <cmath>
#include <complex>
#include <numbers>
#include <numeric>

#include "quantum_sim/compile/controlled_rows.h"
#include "quantum_sim/compile/program.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

std::vector<std::uint32_t> first_qubits(std::uint32_t count) {
  std::vector<std::uint32_t> qubits(count);
  std::iota(qubits.begin(), qubits.end(), 0u);
  return qubits;
}

template <class T>
struct ControlledSweeps : ::testing::Test {
  static constexpr double tolerance = std::is_same_v<T, double> ? 1e-11 : 2e-4;
};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(ControlledSweeps, Precisions);

TYPED_TEST(ControlledSweeps, OfAllGatesGiveWhatDenseMatricesGive) {
  for (std::size_t controls = 1; controls <= 6; ++controls) {
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      SCOPED_TRACE(fmt::format("{} controls, seed {}", controls, seed));
      const Problem problem = controlled_problem(10 * controls + seed, 7, controls, 8, 3);
      BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables);
      std::vector<double> expected;
      for (std::size_t sample = 0; sample < problem.batch; ++sample) {
        const auto inputs =
            std::span(problem.inputs).subspan(sample * problem.circuit.inputs(), problem.circuit.inputs());
        for (const double output : dense_outputs(problem.circuit, problem.observables, problem.parameters, inputs))
          expected.push_back(output);
      }
      EXPECT_TRUE(all_near(forward(simulator, problem), expected, this->tolerance));
    }
  }
}

// That engine meets controls in blocks of rows and in lanes.
TYPED_TEST(ControlledSweeps, HaveTheDerivativesOfTheStateEngine) {
  for (const std::size_t controls : {3u, 4u, 6u}) {
    for (std::uint64_t seed = 0; seed < 3; ++seed) {
      SCOPED_TRACE(fmt::format("{} controls, seed {}", controls, seed));
      const Problem problem = controlled_problem(100 * controls + seed, 8, controls, 6, 1);
      StateSimulator<double> one_state(problem.circuit, problem.observables);
      BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables);
      const auto expected = backward_tangent(one_state, problem);
      const auto actual = backward_tangent(simulator, problem);
      EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 10 * this->tolerance));
      EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 10 * this->tolerance));
      EXPECT_TRUE(all_near(actual.parameters_dot, expected.parameters_dot, 100 * this->tolerance));
      EXPECT_TRUE(all_near(actual.inputs_dot, expected.inputs_dot, 100 * this->tolerance));
      const auto gradients = backward(simulator, problem);
      EXPECT_TRUE(all_near(gradients.parameters, expected.parameters, 10 * this->tolerance));
      EXPECT_TRUE(all_near(gradients.inputs, expected.inputs, 10 * this->tolerance));
    }
  }
}

// Fourth-order central difference.
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

TEST(ControlledSweepsTangent, IsTheFiniteDifference) {
  for (std::size_t controls = 1; controls <= 6; ++controls) {
    SCOPED_TRACE(fmt::format("{} controls", controls));
    const Problem problem = controlled_problem(7 + controls, 7, controls, 6, 3);
    BatchSimulator<double> simulator(problem.circuit, problem.observables);
    std::vector<double> outputs_dot(problem.upstream.size());
    simulator.forward_tangent(problem.parameters, problem.inputs, problem.batch, problem.parameters_dot,
                              problem.inputs_dot, {}, outputs_dot);
    const auto values = [&](const Problem& at) { return forward(simulator, at); };
    EXPECT_TRUE(all_near(outputs_dot, difference_along(problem, values), 1e-7));
    const auto tangents = backward_tangent(simulator, problem);
    const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
    const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
    EXPECT_TRUE(all_near(tangents.parameters_dot, difference_along(problem, of_parameters), 1e-6));
    EXPECT_TRUE(all_near(tangents.inputs_dot, difference_along(problem, of_inputs), 1e-6));
  }
}

/// A state by hand.
struct PlainState {
  explicit PlainState(std::uint32_t qubits) : amplitudes(std::size_t{1} << qubits) { amplitudes[0] = 1; }
  std::vector<std::complex<double>> amplitudes;

  void ry(std::uint32_t qubit, double angle) {
    const std::size_t bit = std::size_t{1} << qubit;
    for (std::size_t row = 0; row < amplitudes.size(); ++row) {
      if (row & bit) continue;
      const auto a = amplitudes[row], b = amplitudes[row | bit];
      amplitudes[row] = std::cos(angle / 2) * a - std::sin(angle / 2) * b;
      amplitudes[row | bit] = std::sin(angle / 2) * a + std::cos(angle / 2) * b;
    }
  }
  /// X on the last qubit where all others are 1.
  void x_behind_all() { std::swap(amplitudes[amplitudes.size() - 1], amplitudes[amplitudes.size() / 2 - 1]); }
  void phase_behind_all(double angle) { amplitudes.back() *= std::polar(1.0, angle); }
  double x_of(std::uint32_t qubit) const {
    double sum = 0;
    for (std::size_t row = 0; row < amplitudes.size(); ++row)
      sum += (std::conj(amplitudes[row]) * amplitudes[row ^ std::size_t{1} << qubit]).real();
    return sum;
  }
};

/// R_Y near pi, so that all controls are likely to be 1; X, then R_Y, then a phase, each behind 12 controls where it
/// can be seen on every qubit.
Circuit twelve_controls() {
  Circuit circuit(13);
  for (std::uint32_t qubit = 0; qubit < 13; ++qubit) circuit.ry(qubit, Angle::parameter(qubit));
  circuit.append({GateKind::x, {12}, first_qubits(12)});
  for (std::uint32_t qubit = 0; qubit < 13; ++qubit) circuit.ry(qubit, Angle::parameter(qubit, 0.1));
  circuit.append({GateKind::phase, {12}, first_qubits(12), {Angle::input(0)}});
  return circuit;
}

std::vector<double> twelve_controls_by_hand(std::span<const double> parameters, double input) {
  PlainState state(13);
  for (std::uint32_t qubit = 0; qubit < 13; ++qubit) state.ry(qubit, parameters[qubit]);
  state.x_behind_all();
  for (std::uint32_t qubit = 0; qubit < 13; ++qubit) state.ry(qubit, 0.1 * parameters[qubit]);
  state.phase_behind_all(input);
  return {state.x_of(0), state.x_of(12)};
}

std::vector<double> likely_ones() {
  std::vector<double> parameters(13);
  for (std::size_t qubit = 0; qubit < 13; ++qubit) parameters[qubit] = 2.6 + 0.03 * static_cast<double>(qubit);
  return parameters;
}

TYPED_TEST(ControlledSweeps, MayBeManyAtOnce) {
  const std::vector<Observable> observables{{{{1.0, 1, 0}}}, {{{1.0, 1 << 12, 0}}}};
  const std::vector<double> parameters = likely_ones(), inputs{0.4, -2.2};
  BatchSimulator<TypeParam> simulator(twelve_controls(), observables);
  std::vector<TypeParam> outputs(4);
  simulator.forward(cast<TypeParam>(parameters), cast<TypeParam>(inputs), 2, outputs);
  std::vector<double> expected = twelve_controls_by_hand(parameters, inputs[0]);
  for (const double value : twelve_controls_by_hand(parameters, inputs[1])) expected.push_back(value);
  EXPECT_TRUE(all_near(outputs, expected, this->tolerance));
  // The controlled gates are felt.
  PlainState without(13);
  for (std::uint32_t qubit = 0; qubit < 13; ++qubit) without.ry(qubit, 1.1 * parameters[qubit]);
  EXPECT_GT(std::abs(without.x_of(12) - expected[1]), 0.05);
  EXPECT_GT(std::abs(expected[3] - expected[1]), 0.05);
}

TEST(ControlledSweepsGradient, OfManyIsTheDifferenceOfThatByHand) {
  const std::vector<Observable> observables{{{{1.0, 1, 0}}}, {{{1.0, 1 << 12, 0}}}};
  BatchSimulator<double> simulator(twelve_controls(), observables);
  const std::vector<double> parameters = likely_ones(), inputs{0.4}, upstream{0.7, -1.1};
  std::vector<double> gradient(13), input_gradient(1);
  simulator.backward(parameters, inputs, 1, upstream, {}, gradient, input_gradient);
  const auto energy = [&](std::span<const double> at, double input) {
    const std::vector<double> outputs = twelve_controls_by_hand(at, input);
    return upstream[0] * outputs[0] + upstream[1] * outputs[1];
  };
  const double step = 1e-5;
  for (std::size_t index = 0; index < 13; ++index) {
    std::vector<double> plus = parameters, minus = parameters;
    plus[index] += step;
    minus[index] -= step;
    EXPECT_NEAR(gradient[index], (energy(plus, 0.4) - energy(minus, 0.4)) / (2 * step), 1e-8);
  }
  EXPECT_NEAR(input_gradient[0], (energy(parameters, 0.4 + step) - energy(parameters, 0.4 - step)) / (2 * step), 1e-8);
}

// The controlled sweeps go over two rows and one, not over all of them.
TEST(ControlledSweepsPlan, AreConfinedToTheirRows) {
  const Program program = compile(twelve_controls(), {Observable::pauli_z(12), {{{1.0, 1 << 12, 0}}}});
  std::size_t controlled = 0;
  for (const Sweep& sweep : program.sweeps) {
    if (!sweep.is_controlled()) continue;
    ++controlled;
    EXPECT_LE(program.rows_of(sweep), 2u);
  }
  EXPECT_GE(controlled, 3u);
  EXPECT_LT(program.sweeps.size(), 40u);
}

// From encoded amplitudes, and where the rows of the rotation are not there yet.
TEST(ControlledSweepsGradient, FromEncodedAmplitudesIsTheFiniteDifference) {
  Circuit circuit(7);
  circuit.encode_amplitudes(30);
  circuit.append({GateKind::ry, {5}, first_qubits(5), {Angle::parameter(0)}});
  circuit.append({GateKind::rx, {6}, {1, 2, 3, 5}, {Angle::parameter(1)}});
  circuit.ry(3, Angle::parameter(2)).append({GateKind::rz, {0}, {6, 1, 3, 5}, {Angle::input(30)}});
  circuit.ry(0, Angle::parameter(3));
  const Problem problem =
      problem_of(3, circuit, {Observable::pauli_z(6), {{{1.0, 0b100001, 0b11}}}, Observable::pauli_z(0)}, 4);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> expected;
  for (std::size_t sample = 0; sample < problem.batch; ++sample)
    for (const double output : dense_outputs(circuit, problem.observables, problem.parameters,
                                             std::span(problem.inputs).subspan(31 * sample, 31)))
      expected.push_back(output);
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, 1e-12));
  const auto gradients = backward(simulator, problem);
  const auto values = [&](const Problem& at) { return forward(simulator, at); };
  const std::vector<double> rates = difference_along(problem, values);
  double along = 0, expected_along = 0;
  for (std::size_t i = 0; i < problem.parameters.size(); ++i)
    along += gradients.parameters[i] * problem.parameters_dot[i];
  for (std::size_t i = 0; i < problem.inputs.size(); ++i) along += gradients.inputs[i] * problem.inputs_dot[i];
  for (std::size_t i = 0; i < rates.size(); ++i) expected_along += problem.upstream[i] * rates[i];
  EXPECT_NEAR(along, expected_along, 1e-9);
}

TEST(ControlledRowsOfConditions, AreThoseThatMeetThemAll) {
  RandomStream stream({.seed = 5, .purpose = Purpose::test});
  constexpr std::uint32_t dimension = 6;
  std::size_t contradictions = 0;
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<RowCondition> conditions;
    for (std::uint64_t count = stream.below(6); count > 0; --count)
      conditions.push_back(
          {static_cast<std::uint32_t>(stream.below(1 << dimension)), static_cast<std::uint32_t>(stream.below(2))});
    std::vector<std::uint32_t> expected, actual;
    for (std::uint32_t row = 0; row < 1u << dimension; ++row)
      if (std::all_of(conditions.begin(), conditions.end(),
                      [&](const RowCondition& c) { return parity(row & c.mask) == c.value; }))
        expected.push_back(row);
    const auto rows = controlled_rows(conditions, dimension);
    ASSERT_EQ(rows.has_value(), !expected.empty());
    if (!rows && ++contradictions) continue;
    actual.push_back(rows->first);
    for (const std::uint32_t step : rows->steps)
      for (std::size_t place = 0, end = actual.size(); place < end; ++place) actual.push_back(actual[place] ^ step);
    std::sort(actual.begin(), actual.end());
    EXPECT_EQ(actual, expected);
  }
  EXPECT_GT(contradictions, 10u);
}

// The engine of one state is another way to the same.
TEST(ManyControls, GiveWhatIsDoneByHandOnOneStateToo) {
  const std::vector<Observable> observables{{{{1.0, 1, 0}}}, {{{1.0, 1 << 12, 0}}}};
  const std::vector<double> parameters = likely_ones(), inputs{0.4}, upstream{0.7, -1.1};
  StateSimulator<double> simulator(twelve_controls(), observables);
  BatchSimulator<double> batch(twelve_controls(), observables);
  std::vector<double> outputs(2), gradient(13), input_gradient(1), expected(13), expected_input(1);
  simulator.backward(parameters, inputs, upstream, outputs, gradient, input_gradient);
  batch.backward(parameters, inputs, 1, upstream, {}, expected, expected_input);
  EXPECT_TRUE(all_near(outputs, twelve_controls_by_hand(parameters, inputs[0]), 1e-12));
  EXPECT_TRUE(all_near(gradient, expected, 1e-12));
  EXPECT_TRUE(all_near(input_gradient, expected_input, 1e-12));
}

// A gate that does nothing costs nothing, however many controls it has.
TEST(ManyControls, OfAConstantGateByAngleZeroAreNotTakenApart) {
  Circuit circuit(50);
  circuit.h(49).append({GateKind::rx, {49}, first_qubits(49), {Angle::constant(0)}});
  circuit.append({GateKind::rx, {49}, first_qubits(49), {Angle::parameter(0)}});
  BatchSimulator<double> simulator(circuit, {Observable::pauli_z(49)});
  std::vector<double> outputs(1);
  simulator.forward(std::vector<double>{1.3}, {}, 1, outputs);
  EXPECT_NEAR(outputs[0], 0, 1e-15);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
