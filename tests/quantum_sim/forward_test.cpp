#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
constexpr double tolerance = sizeof(T) == sizeof(float) ? 2e-6 : 1e-13;

template <class T>
class Forward : public ::testing::Test {};
using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Forward, Precisions);

template <class T>
void expect_equal_to_dense(const Problem& problem) {
  BatchSimulator<T> simulator(problem.circuit, problem.observables);
  std::vector<double> expected;
  for (std::size_t sample = 0; sample < problem.batch; ++sample) {
    // The reference gets the same rounded angles.
    const auto parameters = cast<T>(problem.parameters), inputs = cast<T>(problem.sample(sample));
    const auto outputs =
        dense_outputs(problem.circuit, problem.observables, std::vector<double>(parameters.begin(), parameters.end()),
                      std::vector<double>(inputs.begin(), inputs.end()));
    expected.insert(expected.end(), outputs.begin(), outputs.end());
  }
  EXPECT_TRUE(all_near(forward(simulator, problem), expected, tolerance<T>)) << "seed " << problem.seed;
}

// All strings on three qubits, so that nothing about the state stays unseen.
std::vector<Observable> all_strings(std::uint32_t qubits) {
  std::vector<Observable> observables;
  const std::uint64_t masks = std::uint64_t{1} << qubits;
  for (std::uint64_t x = 0; x < masks; ++x)
    for (std::uint64_t z = 0; z < masks; ++z) observables.push_back({{{1.0, x, z}}});
  return observables;
}

void scramble(Circuit& circuit) {
  for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) {
    circuit.rx(qubit, Angle::constant(0.3 + qubit)).rz(qubit, Angle::constant(1.1 * qubit - 0.7));
    circuit.ry(qubit, Angle::constant(0.4 - 0.6 * qubit));
  }
  for (std::uint32_t qubit = 0; qubit + 1 < circuit.qubits(); ++qubit) circuit.cnot(qubit, qubit + 1);
  for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) circuit.rx(qubit, Angle::constant(-0.9 + qubit));
}

TYPED_TEST(Forward, EveryRotationOnEveryQubitIsTheMatrix) {
  for (std::uint32_t qubit = 0; qubit < 3; ++qubit) {
    for (const GateKind kind : {GateKind::rx, GateKind::ry, GateKind::rz}) {
      for (const Angle& angle : {Angle::constant(0.77), Angle::parameter(0, -1.3), Angle::input(0, 2, 0.1)}) {
        Circuit circuit(3);
        scramble(circuit);
        if (kind == GateKind::rx) circuit.rx(qubit, angle);
        if (kind == GateKind::ry) circuit.ry(qubit, angle);
        if (kind == GateKind::rz) circuit.rz(qubit, angle);
        expect_equal_to_dense<TypeParam>(problem_of(qubit, circuit, all_strings(3), 2));
      }
    }
  }
}

TYPED_TEST(Forward, EveryCliffordGateOnEveryPairIsTheMatrix) {
  for (std::uint32_t control = 0; control < 3; ++control) {
    for (std::uint32_t target = 0; target < 3; ++target) {
      if (control == target) continue;
      Circuit with_cnot(3), with_cz(3);
      scramble(with_cnot);
      scramble(with_cz);
      with_cnot.cnot(control, target).ry(target, Angle::constant(0.5)).cnot(target, control);
      with_cz.cz(control, target).ry(target, Angle::constant(0.5)).cz(control, target);
      expect_equal_to_dense<TypeParam>(problem_of(0, with_cnot, all_strings(3), 1));
      expect_equal_to_dense<TypeParam>(problem_of(0, with_cz, all_strings(3), 1));
    }
  }
}

TYPED_TEST(Forward, RandomCircuitsAreTheirMatrices) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto qubits = static_cast<std::uint32_t>(1 + seed % 5);
    expect_equal_to_dense<TypeParam>(random_problem(seed, qubits, 5 + seed % 41, 3));
  }
}

TYPED_TEST(Forward, CnotRingsMixWithXTypeObservables) {
  Circuit circuit(4);
  for (std::uint32_t layer = 0; layer < 3; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit)
      circuit.ry(qubit, Angle::parameter(4 * layer + qubit)).rx(qubit, Angle::input(qubit));
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.cnot(qubit, (qubit + 1) % 4);
  }
  expect_equal_to_dense<TypeParam>(problem_of(
      5, circuit, {{{{0.5, 0b0101, 0}, {-1.5, 0b1111, 0b0011}, {0.25, 0, 0b1000}}}, {{{2, 0b1000, 0b1100}}}}, 5));
}

// A qubit that nothing flips adds no rows; its strings still count.
TYPED_TEST(Forward, QubitsThatStayInTheirStartStateAreExact) {
  Circuit circuit(4);
  circuit.ry(2, Angle::parameter(0))
      .cnot(2, 0)
      .rz(1, Angle::parameter(1))
      .rz(2, Angle::parameter(2))
      .rx(2, Angle::input(0));
  expect_equal_to_dense<TypeParam>(problem_of(6, circuit, all_strings(4), 2));
}

TYPED_TEST(Forward, EmptyCircuitAndEmptyObservableHaveTheirValues) {
  BatchSimulator<TypeParam> simulator(Circuit(2), {Observable::pauli_z(1), Observable{}, {{{3.0, 0, 0}, {1.0, 1, 0}}}});
  std::vector<TypeParam> outputs(6);
  simulator.forward({}, {}, 2, outputs);
  EXPECT_EQ(outputs, (std::vector<TypeParam>{1, 0, 3, 1, 0, 3}));
}

// <1> = sum of |psi|^2.
TYPED_TEST(Forward, NormIsConservedThroughHundredsOfGates) {
  Problem problem = random_problem(99, 6, 400, 2);
  problem.observables = {{{{1.0, 0, 0}}}, Observable::pauli_z(0)};
  // The last observable keeps the gates from being dropped as unseen.
  BatchSimulator<TypeParam> simulator(problem.circuit, problem.observables);
  const auto outputs = forward(simulator, problem);
  EXPECT_NEAR(outputs[0], 1, sizeof(TypeParam) == 4 ? 5e-6 : 1e-13);
  EXPECT_NEAR(outputs[2], 1, sizeof(TypeParam) == 4 ? 5e-6 : 1e-13);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
