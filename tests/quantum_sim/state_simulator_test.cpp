#include "quantum_sim/state/state_simulator.h"

#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
constexpr double tolerance = sizeof(T) == sizeof(float) ? 3e-6 : 1e-13;

template <class T>
class StateForward : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(StateForward, Precisions);

template <class T>
std::vector<T> forward(StateSimulator<T>& simulator, const Problem& problem) {
  std::vector<T> outputs(problem.outputs());
  simulator.forward(cast<T>(problem.parameters), cast<T>(problem.inputs), outputs);
  return outputs;
}

template <class T>
Gradients<T> backward(StateSimulator<T>& simulator, const Problem& problem) {
  Gradients<T> result{std::vector<T>(problem.upstream.size()), std::vector<T>(problem.parameters.size()),
                      std::vector<T>(problem.inputs.size())};
  simulator.backward(cast<T>(problem.parameters), cast<T>(problem.inputs), cast<T>(problem.upstream), result.outputs,
                     result.parameters, result.inputs);
  return result;
}

template <class T>
void expect_equal_to_dense(const Problem& problem) {
  StateSimulator<T> simulator(problem.circuit, problem.observables);
  const auto parameters = cast<T>(problem.parameters), inputs = cast<T>(problem.inputs);
  const auto expected =
      dense_outputs(problem.circuit, problem.observables, std::vector<double>(parameters.begin(), parameters.end()),
                    std::vector<double>(inputs.begin(), inputs.end()));
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, tolerance<T>)) << "seed " << problem.seed;
}

TYPED_TEST(StateForward, RandomCircuitsAreTheirMatrices) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto qubits = static_cast<std::uint32_t>(1 + seed % 7);
    expect_equal_to_dense<TypeParam>(random_problem(seed, qubits, 5 + seed % 61, 1));
  }
}

// The batch engine is another way to the same numbers, of states too large for dense matrices.
template <class T>
void expect_equal_to_batch(const Problem& problem) {
  StateSimulator<T> simulator(problem.circuit, problem.observables);
  BatchSimulator<double> batch(problem.circuit, problem.observables);
  const auto actual = backward(simulator, problem);
  const auto expected = backward(batch, problem);
  EXPECT_TRUE(all_near(actual.outputs, expected.outputs, 2 * tolerance<T>));
  EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 10 * tolerance<T>));
  EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 10 * tolerance<T>));
  EXPECT_EQ(actual.outputs, forward(simulator, problem));
}

TYPED_TEST(StateForward, RandomCircuitsOfManyQubitsAreThoseOfTheBatchEngine) {
  for (const std::uint32_t qubits : {2u, 5u, 8u, 10u, 12u, 13u, 14u}) {
    SCOPED_TRACE(qubits);
    expect_equal_to_batch<TypeParam>(random_problem(qubits, qubits, 20 * qubits, 1));
  }
}

TYPED_TEST(StateForward, AnsaetzeAreThoseOfTheBatchEngine) {
  for (const std::uint32_t qubits : {3u, 4u, 7u, 9u, 11u, 12u, 13u, 14u}) {
    SCOPED_TRACE(qubits);
    Circuit circuit(qubits);
    append_angle_encoding(circuit, Axis::x, qubits);
    append_hardware_efficient(circuit, 4, Entangler::cnot_ring);
    expect_equal_to_batch<TypeParam>(
        problem_of(qubits, circuit, {Observable::pauli_z(0), {{{0.7, 0b011, 0b110}, {1.0, 0, 0b101}}}}, 1));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
