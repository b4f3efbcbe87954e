#include "quantum_sim/state/state_simulator.h"

#include <limits>

#include "core/error.h"
#include "hwy/targets.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/memory.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
constexpr double tolerance = sizeof(T) == sizeof(float) ? 3e-6 : 1e-13;

template <class T>
class State : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(State, Precisions);

template <class T>
void expect_equal_to_dense(const Problem& problem) {
  StateSimulator<T> simulator(problem.circuit, problem.observables);
  const auto parameters = cast<T>(problem.parameters), inputs = cast<T>(problem.inputs);
  const auto expected =
      dense_outputs(problem.circuit, problem.observables, std::vector<double>(parameters.begin(), parameters.end()),
                    std::vector<double>(inputs.begin(), inputs.end()));
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, tolerance<T>)) << "seed " << problem.seed;
}

TYPED_TEST(State, RandomCircuitsAreTheirMatrices) {
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

// Small ones are one block throughout, larger ones are cut.
TYPED_TEST(State, RandomCircuitsOfManyQubitsAreThoseOfTheBatchEngine) {
  for (const std::uint32_t qubits : {2u, 5u, 8u, 10u, 12u, 14u}) {
    SCOPED_TRACE(qubits);
    expect_equal_to_batch<TypeParam>(random_problem(qubits, qubits, 12 * qubits, 1));
  }
}

TYPED_TEST(State, AnsaetzeAreThoseOfTheBatchEngine) {
  for (const std::uint32_t qubits : {3u, 4u, 7u, 9u, 11u, 13u}) {
    SCOPED_TRACE(qubits);
    expect_equal_to_batch<TypeParam>(state_ansatz(qubits, 4));
  }
}

// Fourth-order central difference of the weighted output by one number of the problem.
double difference(StateSimulator<double>& simulator, Problem problem, std::vector<double> Problem::*values,
                  std::size_t index) {
  const double step = 1e-3, start = (problem.*values)[index];
  const auto at = [&](double offset) {
    (problem.*values)[index] = start + offset;
    const auto outputs = forward(simulator, problem);
    double sum = 0;
    for (std::size_t output = 0; output < outputs.size(); ++output) sum += problem.upstream[output] * outputs[output];
    return sum;
  };
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

void expect_equal_to_differences(const Problem& problem) {
  StateSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradients = backward(simulator, problem);
  for (std::size_t index = 0; index < problem.parameters.size(); ++index)
    EXPECT_NEAR(gradients.parameters[index], difference(simulator, problem, &Problem::parameters, index), 1e-8);
  for (std::size_t index = 0; index < problem.inputs.size(); ++index)
    EXPECT_NEAR(gradients.inputs[index], difference(simulator, problem, &Problem::inputs, index), 1e-8);
}

TEST(StateGradient, IsTheFiniteDifference) {
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    expect_equal_to_differences(random_problem(seed, static_cast<std::uint32_t>(1 + seed), 10 + 4 * seed, 1));
}

TEST(StateGradient, OfControlledGatesIsTheFiniteDifference) {
  Circuit circuit(6);
  for (std::uint32_t qubit = 0; qubit < 6; ++qubit) circuit.h(qubit).ry(qubit, Angle::parameter(qubit));
  circuit.crx(0, 3, Angle::input(0)).cry(5, 1, Angle::input(1)).toffoli(0, 1, 2).cphase(2, 4, Angle::parameter(6));
  circuit.append({GateKind::ry, {5}, {0, 2, 3}, {Angle::parameter(7, -1.5)}}).swap(0, 5).crz(5, 2, Angle::input(2));
  const Problem problem = problem_of(3, circuit, {Observable::pauli_z(2), {{{1.0, 0b101001, 0b001011}}}}, 1);
  expect_equal_to_dense<double>(problem);
  expect_equal_to_differences(problem);
}

TEST(StateGradient, OfEncodedAmplitudesIsTheFiniteDifference) {
  for (const std::size_t count : {1u, 3u, 6u, 32u}) {
    Circuit circuit(5);
    circuit.encode_amplitudes(count);
    append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
    Problem problem = problem_of(count, circuit, {Observable::pauli_z(0), {{{1.0, 0b01101, 0b00110}}}}, 1);
    expect_equal_to_dense<double>(problem);
    expect_equal_to_dense<float>(problem);
    expect_equal_to_differences(problem);
    for (double& value : problem.inputs) value = 0;
    StateSimulator<double> simulator(problem.circuit, problem.observables);
    EXPECT_THROW(forward(simulator, problem), Error);
  }
}

// 2^14 amplitudes and more are shared.
TYPED_TEST(State, ResultsAreTheSameBitsForEveryNumberOfThreads) {
  const Problem problem = state_ansatz(15, 3);
  StateSimulator<TypeParam> one(problem.circuit, problem.observables, {.threads = 1});
  const auto expected = backward(one, problem);
  for (const std::size_t threads : {2u, 3u, 5u}) {
    StateSimulator<TypeParam> many(problem.circuit, problem.observables, {.threads = threads});
    for (int repeat = 0; repeat < 3; ++repeat) {
      const auto actual = backward(many, problem);
      EXPECT_EQ(actual.outputs, expected.outputs);
      EXPECT_EQ(actual.parameters, expected.parameters);
      EXPECT_EQ(actual.inputs, expected.inputs);
    }
  }
}

TYPED_TEST(State, ALaterCallDoesNotSeeAnEarlierOne) {
  for (const std::uint32_t qubits : {6u, 12u}) {
    const Problem problem = state_ansatz(qubits, 3), other = moved(problem, 0.3);
    StateSimulator<TypeParam> used(problem.circuit, problem.observables), fresh(problem.circuit, problem.observables);
    backward(used, other);
    EXPECT_EQ(backward(used, problem).parameters, backward(fresh, problem).parameters);
  }
}

template <class T>
void expect_all_targets_agree() {
  for (const std::uint32_t qubits : {4u, 8u, 11u, 12u}) {
    const Problem random = random_problem(qubits, qubits, 80, 1), ansatz = state_ansatz(qubits, 3);
    for (const Problem* problem : {&random, &ansatz}) {
      StateSimulator<double> reference(problem->circuit, problem->observables);
      const auto expected = backward(reference, *problem);
      for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
        SCOPED_TRACE(fmt::format("{}, {} qubits", hwy::TargetName(target), qubits));
        hwy::SetSupportedTargetsForTest(target);
        StateSimulator<T> simulator(problem->circuit, problem->observables);
        hwy::SetSupportedTargetsForTest(0);
        // A simulator keeps to the set that it was made for.
        const auto actual = backward(simulator, *problem);
        EXPECT_TRUE(all_near(actual.outputs, expected.outputs, tolerance<T>));
        EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 10 * tolerance<T>));
        EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 10 * tolerance<T>));
      }
    }
  }
}

TYPED_TEST(State, AllInstructionSetsAgree) {
  expect_all_targets_agree<TypeParam>();
}

// <1> = sum of |psi|^2, through scales that are taken out and put back many times.
TYPED_TEST(State, NormIsConservedThroughHundredsOfGates) {
  Problem problem = random_problem(99, 9, 400, 1);
  problem.observables = {{{{1.0, 0, 0}}}, Observable::pauli_z(0)};
  StateSimulator<TypeParam> simulator(problem.circuit, problem.observables);
  std::vector<TypeParam> outputs(2);
  simulator.forward(cast<TypeParam>(problem.parameters), cast<TypeParam>(problem.inputs), outputs);
  EXPECT_NEAR(outputs[0], 1, sizeof(TypeParam) == 4 ? 1e-5 : 1e-13);
}

TYPED_TEST(State, EmptyCircuitAndEmptyObservableHaveTheirValues) {
  StateSimulator<TypeParam> simulator(Circuit(2), {Observable::pauli_z(1), Observable{}, {{{3.0, 0, 0}, {1.0, 1, 0}}}});
  std::vector<TypeParam> outputs(3);
  simulator.forward({}, {}, outputs);
  EXPECT_EQ(outputs, (std::vector<TypeParam>{1, 0, 3}));
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(StateErrors, NameWhatIsWrong) {
  const Problem problem = state_ansatz(4, 1);
  EXPECT_THAT(message_of([] { StateSimulator<float>(Circuit(2), {Observable::pauli_z(2)}); }),
              ::testing::HasSubstr("qubit 2 is out of range"));
  StateSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> outputs(2), parameters = problem.parameters, inputs = problem.inputs;
  EXPECT_THAT(message_of([&] { simulator.forward(std::vector<double>(3), inputs, outputs); }),
              ::testing::HasSubstr("parameters: expected 8 values, got 3"));
  EXPECT_THAT(message_of([&] { simulator.backward(parameters, inputs, std::vector<double>(1), {}, {}, {}); }),
              ::testing::HasSubstr("upstream: expected 2 values, got 1"));
  parameters[2] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(message_of([&] { simulator.forward(parameters, inputs, outputs); }),
              ::testing::HasSubstr("gate 6 (R_Y on qubit 1): its angle must be finite"));
}

TEST(StateErrors, SayHowMuchMemoryAStateNeeds) {
  if (available_memory() > std::uint64_t{32} << 30) GTEST_SKIP() << "this machine holds two states of 30 qubits";
  const Problem problem = state_ansatz(30, 1);
  EXPECT_THAT(message_of([&] {
                StateSimulator<double> simulator(problem.circuit, problem.observables);
                backward(simulator, problem);
              }),
              ::testing::ContainsRegex("a state of 2.30 amplitudes .*needs (16384|32768).0 MiB"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
