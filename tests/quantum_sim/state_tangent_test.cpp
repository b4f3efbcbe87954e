#include "hwy/targets.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

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

void expect_equal_to_differences(const Problem& problem) {
  SCOPED_TRACE(fmt::format("seed {}, {} qubits", problem.seed, problem.circuit.qubits()));
  StateSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> outputs(problem.upstream.size()), outputs_dot(problem.upstream.size());
  simulator.forward_tangent(problem.parameters, problem.inputs, problem.parameters_dot, problem.inputs_dot, outputs,
                            outputs_dot);
  const auto values = [&](const Problem& at) { return forward(simulator, at); };
  EXPECT_TRUE(all_near(outputs, values(problem), 1e-13));
  EXPECT_TRUE(all_near(outputs_dot, difference_along(problem, values), 1e-8));

  const auto gradients = backward(simulator, problem);
  const auto tangents = backward_tangent(simulator, problem);
  EXPECT_TRUE(all_near(tangents.parameters, gradients.parameters, 1e-12));
  EXPECT_TRUE(all_near(tangents.inputs, gradients.inputs, 1e-12));
  const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
  const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
  EXPECT_TRUE(all_near(tangents.parameters_dot, difference_along(problem, of_parameters), 1e-8));
  EXPECT_TRUE(all_near(tangents.inputs_dot, difference_along(problem, of_inputs), 1e-8));
}

TEST(StateTangent, OfRandomCircuitsIsTheFiniteDifference) {
  for (std::uint64_t seed = 100; seed < 130; ++seed)
    expect_equal_to_differences(random_problem(seed, static_cast<std::uint32_t>(1 + seed % 8), 5 + seed % 47, 1));
}

TEST(StateTangent, OfStatesCutIntoBlocksIsTheFiniteDifference) {
  for (const std::uint32_t qubits : {7u, 11u, 12u}) expect_equal_to_differences(state_ansatz(qubits, 3));
}

TEST(StateTangent, OfEncodedAmplitudesIsTheFiniteDifference) {
  for (const std::size_t count : {2u, 5u, 16u}) {
    Circuit circuit(5);
    circuit.encode_amplitudes(count);
    append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
    expect_equal_to_differences(problem_of(count, circuit, {Observable::pauli_z(0), {{{1.0, 0b01101, 0b00110}}}}, 1));
  }
}

// Angles that are products and functions of what moves.
TEST(StateTangent, OfCurvedAnglesIsTheFiniteDifference) {
  using Source = Angle::Source;
  Circuit circuit(3);
  for (std::uint32_t qubit = 0; qubit < 3; ++qubit) {
    circuit.ry(qubit, Angle::product({Source::parameter, qubit}, {Source::input, qubit, {}, 0.4}, 0.7, 0.1));
    circuit.rx(qubit, Angle::product({Source::input, qubit}, {Source::input, qubit, {}, -1.0}));
    circuit.rz(qubit, Angle::arccos_input(qubit, 2)).cnot(qubit, (qubit + 1) % 3);
  }
  Problem problem = problem_of(4, circuit, {Observable::pauli_z(0), {{{1.0, 0b011, 0b110}}}}, 1);
  for (double& value : problem.inputs) value *= 0.3;
  expect_equal_to_differences(problem);
}

template <class T>
void expect_all_targets_agree(double tolerance) {
  for (const Problem& problem : {random_problem(4, 8, 80, 1), state_ansatz(12, 2)}) {
    BatchSimulator<double> batch(problem.circuit, problem.observables);
    const auto expected = backward_tangent(batch, problem);
    for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
      SCOPED_TRACE(hwy::TargetName(target));
      hwy::SetSupportedTargetsForTest(target);
      StateSimulator<T> simulator(problem.circuit, problem.observables);
      hwy::SetSupportedTargetsForTest(0);
      const auto actual = backward_tangent(simulator, problem);
      EXPECT_TRUE(all_near(actual.parameters_dot, expected.parameters_dot, tolerance));
      EXPECT_TRUE(all_near(actual.inputs_dot, expected.inputs_dot, tolerance));
    }
  }
}

TEST(StateTangent, IsThatOfTheBatchEngineOnEveryInstructionSet) {
  expect_all_targets_agree<double>(5e-12);
  expect_all_targets_agree<float>(1e-4);
}

TEST(StateTangent, IsTheSameBitsForEveryNumberOfThreads) {
  const Problem problem = state_ansatz(15, 1);
  StateSimulator<double> one(problem.circuit, problem.observables), two(problem.circuit, problem.observables, {2});
  const auto expected = backward_tangent(one, problem), actual = backward_tangent(two, problem);
  EXPECT_EQ(actual.parameters_dot, expected.parameters_dot);
  EXPECT_EQ(actual.inputs_dot, expected.inputs_dot);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
