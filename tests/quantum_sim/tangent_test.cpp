#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"

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
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> outputs(problem.upstream.size()), outputs_dot(problem.upstream.size());
  simulator.forward_tangent(problem.parameters, problem.inputs, problem.batch, problem.parameters_dot,
                            problem.inputs_dot, outputs, outputs_dot);
  const auto values = [&](const Problem& at) { return forward(simulator, at); };
  EXPECT_TRUE(all_near(outputs, values(problem), 1e-14)) << "outputs, seed " << problem.seed;
  EXPECT_TRUE(all_near(outputs_dot, difference_along(problem, values), 1e-8)) << "outputs_dot, seed " << problem.seed;

  const auto gradients = backward(simulator, problem);
  const auto tangents = backward_tangent(simulator, problem);
  EXPECT_TRUE(all_near(tangents.parameters, gradients.parameters, 1e-13)) << "parameters, seed " << problem.seed;
  EXPECT_TRUE(all_near(tangents.inputs, gradients.inputs, 1e-13)) << "inputs, seed " << problem.seed;
  const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
  const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
  EXPECT_TRUE(all_near(tangents.parameters_dot, difference_along(problem, of_parameters), 1e-8))
      << "parameters_dot, seed " << problem.seed;
  EXPECT_TRUE(all_near(tangents.inputs_dot, difference_along(problem, of_inputs), 1e-8))
      << "inputs_dot, seed " << problem.seed;
}

TEST(Tangent, OfRandomCircuitsIsTheFiniteDifference) {
  for (std::uint64_t seed = 100; seed < 140; ++seed)
    expect_equal_to_differences(random_problem(seed, static_cast<std::uint32_t>(1 + seed % 5), 5 + seed % 47, 3));
}

TEST(Tangent, OfAnEncodedAnsatzIsTheFiniteDifference) {
  Circuit circuit(4);
  append_fourier_tower(circuit, 2, 2, 5, 0.3);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  expect_equal_to_differences(problem_of(7, circuit, {Observable::pauli_z(0), {{{0.5, 0b0110, 0b0011}}}}, 19));
}

// The attack's primitive: d/d(eps) grad_x L(x, theta + eps v) equals grad_x <grad_theta L, v>.
TEST(Tangent, AlongParametersIsTheInputGradientOfTheContractedGradient) {
  Problem problem = random_problem(31, 4, 60, 2);
  std::fill(problem.inputs_dot.begin(), problem.inputs_dot.end(), 0.0);
  std::fill(problem.upstream_dot.begin(), problem.upstream_dot.end(), 0.0);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto contracted = [&](const Problem& at) {
    const auto gradient = backward(simulator, at).parameters;
    double sum = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) sum += gradient[i] * problem.parameters_dot[i];
    return sum;
  };
  std::vector<double> expected;
  for (std::size_t index = 0; index < problem.inputs.size(); ++index) {
    Problem direction = problem;
    std::fill(direction.parameters_dot.begin(), direction.parameters_dot.end(), 0.0);
    direction.inputs_dot[index] = 1;
    expected.push_back(
        difference_along(direction, [&](const Problem& at) { return std::vector<double>{contracted(at)}; })[0]);
  }
  EXPECT_TRUE(all_near(backward_tangent(simulator, problem).inputs_dot, expected, 1e-8));
}

TEST(Tangent, EmptyDirectionIsZero) {
  Problem problem = random_problem(32, 3, 40, 3);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> outputs(9), outputs_dot(9, 5), parameters_dot(problem.parameters.size(), 5);
  simulator.forward_tangent(problem.parameters, problem.inputs, 3, {}, {}, outputs, outputs_dot);
  EXPECT_EQ(outputs_dot, std::vector<double>(9, 0.0));
  simulator.backward_tangent(problem.parameters, problem.inputs, 3, {}, {}, problem.upstream, {},
                             {{}, {}, parameters_dot, {}});
  EXPECT_EQ(parameters_dot, std::vector<double>(parameters_dot.size(), 0.0));
}

TEST(Tangent, InFloatIsCloseToDouble) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Problem problem = random_problem(seed, 5, 60, 20);
    BatchSimulator<float> single(problem.circuit, problem.observables);
    BatchSimulator<double> twice(problem.circuit, problem.observables);
    const auto actual = backward_tangent(single, problem);
    const auto expected = backward_tangent(twice, problem);
    EXPECT_TRUE(all_near(actual.parameters_dot, expected.parameters_dot, 1e-4)) << "seed " << seed;
    EXPECT_TRUE(all_near(actual.inputs_dot, expected.inputs_dot, 1e-4)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
