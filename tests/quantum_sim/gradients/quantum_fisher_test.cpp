#include "quantum_sim/gradients/quantum_fisher.h"

#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/gradients/spsa.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

using State = std::function<Vector(std::span<const double>)>;

// The definition, with central differences of dense states.
std::vector<double> metric_of_differences(const State& state, const std::vector<double>& at) {
  const double step = 1e-4;
  const Vector psi = state(at);
  std::vector<Vector> tangents;
  for (std::size_t index = 0; index < at.size(); ++index) {
    std::vector<double> above = at, below = at;
    above[index] += step;
    below[index] -= step;
    tangents.push_back((state(above) - state(below)) / (2 * step));
  }
  std::vector<double> metric;
  for (const Vector& left : tangents)
    for (const Vector& right : tangents)
      metric.push_back(4 * (left.dot(right) - left.dot(psi) * psi.dot(right)).real());
  return metric;
}

TEST(QuantumFisher, OfOneRotationIsOne) {
  Circuit circuit(1);
  circuit.ry(0, Angle::parameter(0));
  EXPECT_NEAR(quantum_fisher(circuit, std::vector<double>{0.7}, {})[0], 1, 1e-15);
  Circuit scaled(1);
  scaled.ry(0, Angle::parameter(0, 3));
  EXPECT_NEAR(quantum_fisher(scaled, std::vector<double>{0.7}, {})[0], 9, 1e-14);
}

// R_Z(b) R_Y(a) |0>: the sphere's metric, diag(1, sin^2 a).
TEST(QuantumFisher, OfTwoAnglesIsTheSpheresMetric) {
  Circuit circuit(1);
  circuit.ry(0, Angle::parameter(0)).rz(0, Angle::parameter(1));
  const double a = 0.9;
  const auto metric = quantum_fisher(circuit, std::vector<double>{a, 2.1}, {});
  EXPECT_TRUE(all_near(metric, {1, 0, 0, std::sin(a) * std::sin(a)}, 1e-14));
  EXPECT_EQ(metric_rank(metric), 2u);
  EXPECT_EQ(metric_rank(quantum_fisher(circuit, std::vector<double>{0, 2.1}, {})), 1u);
}

TEST(QuantumFisher, OfRandomCircuitsIsThatOfFiniteDifferences) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = random_problem(seed, static_cast<std::uint32_t>(1 + seed % 4), 30, 1);
    const auto of_parameters = metric_of_differences(
        [&](std::span<const double> at) { return dense_state(problem.circuit, at, problem.inputs); },
        problem.parameters);
    const auto of_inputs = metric_of_differences(
        [&](std::span<const double> at) { return dense_state(problem.circuit, problem.parameters, at); },
        problem.inputs);
    EXPECT_TRUE(all_near(quantum_fisher(problem.circuit, problem.parameters, problem.inputs), of_parameters, 1e-6))
        << "seed " << seed;
    EXPECT_TRUE(all_near(quantum_fisher(problem.circuit, problem.parameters, problem.inputs, MetricOf::inputs),
                         of_inputs, 1e-6))
        << "seed " << seed;
  }
}

TEST(QuantumFisher, OfEncodedAmplitudesIsThatOfFiniteDifferences) {
  Circuit circuit(2);
  circuit.encode_amplitudes(3).ry(0, Angle::parameter(0)).cnot(0, 1).rz(1, Angle::input(1, 0.5));
  const std::vector<double> parameters = {0.4}, inputs = {0.3, -1.1, 0.8};
  const auto expected =
      metric_of_differences([&](std::span<const double> at) { return dense_state(circuit, parameters, at); }, inputs);
  EXPECT_TRUE(all_near(quantum_fisher(circuit, parameters, inputs, MetricOf::inputs), expected, 1e-6));
  EXPECT_THROW(quantum_fisher(circuit, parameters, std::vector<double>(3)), Error);
}

TEST(QuantumFisher, BlocksAreThoseOfTheFullMatrix) {
  Circuit circuit(3);
  append_angle_encoding(circuit, Axis::x, 3);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  const Problem problem = problem_of(3, circuit, {Observable::pauli_z(0)}, 1);
  const auto layers = parameter_layers(circuit);
  // R_Y on all qubits commute, then R_Z on all.
  ASSERT_EQ(layers.size(), 4u);
  EXPECT_EQ(layers[0], (std::vector<std::size_t>{0, 2, 4}));
  EXPECT_EQ(layers[1], (std::vector<std::size_t>{1, 3, 5}));
  const auto full = quantum_fisher(circuit, problem.parameters, problem.inputs);
  const auto blocks = quantum_fisher_blocks(circuit, problem.parameters, problem.inputs, layers);
  ASSERT_EQ(blocks.size(), layers.size());
  for (std::size_t block = 0; block < layers.size(); ++block) {
    const std::size_t size = layers[block].size();
    ASSERT_EQ(blocks[block].size(), size * size);
    for (std::size_t p = 0; p < size; ++p)
      for (std::size_t q = 0; q < size; ++q)
        EXPECT_NEAR(blocks[block][p * size + q], full[layers[block][p] * 12 + layers[block][q]], 1e-14);
  }
  EXPECT_THROW(quantum_fisher_blocks(circuit, problem.parameters, problem.inputs, {{12}}), Error);
}

TEST(QuantumFisher, OfNoParametersIsEmpty) {
  Circuit circuit(2);
  circuit.h(0);
  EXPECT_TRUE(quantum_fisher(circuit, {}, {}).empty());
  EXPECT_TRUE(natural_gradient({}, {}, 1).empty());
  EXPECT_TRUE(natural_gradient({}, {}, 0).empty());
  EXPECT_EQ(metric_rank({}), 0u);
  EXPECT_TRUE(parameter_layers(circuit).empty());
}

TEST(QuantumFisher, AsksBeforeItAllocates) {
  Circuit circuit(40);
  circuit.rx(0, Angle::parameter(0));
  try {
    quantum_fisher(circuit, std::vector<double>{0.1}, {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
    EXPECT_NE(std::string(error.what()).find("2 states of 40 qubits"), std::string::npos) << error.what();
  }
}

TEST(NaturalGradient, SolvesTheRegularisedSystem) {
  const std::vector<double> metric = {2, 1, 1, 3}, gradient = {1, -2};
  const auto step = natural_gradient(metric, gradient, 0.5);
  EXPECT_NEAR(2.5 * step[0] + step[1], 1, 1e-14);
  EXPECT_NEAR(step[0] + 3.5 * step[1], -2, 1e-14);
  // Of a singular system, the solution of least norm.
  const auto least = natural_gradient(std::vector<double>{1, 1, 1, 1}, std::vector<double>{2, 2}, 0);
  EXPECT_TRUE(all_near(least, {1, 1}, 1e-14));
  EXPECT_THROW(natural_gradient(metric, std::vector<double>{1}, 0), Error);
  EXPECT_THROW(natural_gradient(metric, gradient, -1), Error);
  EXPECT_THROW(natural_gradient(std::vector<double>(3), gradient, 1), Error);
}

TEST(QuantumFisher, IsTheMeanOfItsSpsaEstimates) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0)).ry(1, Angle::parameter(1)).cnot(0, 1).rz(1, Angle::parameter(2));
  const std::vector<double> at = {0.8, -0.5, 1.3};
  const auto fidelity = [&](std::span<const double> first, std::span<const double> second, std::uint64_t) {
    return std::norm(dense_state(circuit, first, {}).dot(dense_state(circuit, second, {})));
  };
  constexpr std::size_t repetitions = 3000;
  const auto estimate = spsa_quantum_fisher(fidelity, at, {.step = 0.02, .repetitions = repetitions, .seed = 4});
  const auto exact = quantum_fisher(circuit, at, {});
  // Entries of one repetition are of the size of the sum of all entries, so that bounds their spread.
  double spread = 0;
  for (const double entry : exact) spread += std::abs(entry);
  for (std::size_t entry = 0; entry < exact.size(); ++entry)
    EXPECT_NEAR(estimate[entry], exact[entry], 5 * spread / std::sqrt(static_cast<double>(repetitions)));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
