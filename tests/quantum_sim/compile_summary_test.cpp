#include "quantum_sim/compile/compile_summary.h"

#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Counted by hand. Without an entangler qubit 1 is not seen by Z_0; R_Z before Z_0 is not, either.
TEST(CompileSummary, WhatNoObservableSees) {
  Circuit circuit(2);
  circuit.rx(0, Angle::input(0)).rx(1, Angle::input(1)).ry(0, Angle::parameter(0)).ry(1, Angle::parameter(1));
  circuit.rz(0, Angle::parameter(2)).h(1);
  const CompileSummary summary = summarise_compilation(circuit, {Observable::pauli_z(0)});
  EXPECT_EQ(summary.gates, 6u);
  EXPECT_EQ(summary.gates_by_name, (std::map<std::string, std::size_t>{{"R_X", 2}, {"R_Y", 2}, {"R_Z", 1}, {"H", 1}}));
  EXPECT_EQ(summary.rotations, 2u);
  EXPECT_EQ(summary.rotations_unseen, 3u);
  EXPECT_EQ(summary.unseen_parameters, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(summary.unseen_inputs, (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(summary.dimension, 1u);
  EXPECT_EQ(summary.rotation_sweeps, 2u);
  EXPECT_EQ(summary.growing_sweeps, 1u);
  EXPECT_EQ(summary.sample_angles, 1u);
  // One pair of rows: 4 while its second row is zero, then 8.
  EXPECT_EQ(summary.forward_operations, 12);
  EXPECT_EQ(summary.gradient_operations, 12 + 2 * 20);
}

TEST(CompileSummary, CliffordGatesCostNothingAndEqualRotationsMerge) {
  Circuit circuit(3);
  circuit.h(0).cnot(0, 1).cnot(1, 2).s(2).x(1);
  const Observable string = Observable::pauli_z_string(0b111);
  const CompileSummary fixed = summarise_compilation(circuit, {string});
  EXPECT_EQ(fixed.rotations, 0u);
  EXPECT_EQ(fixed.sweeps, 0u);
  EXPECT_GT(fixed.frame_turns, 0u);
  EXPECT_EQ(fixed.rotations_absorbed, fixed.rotations_of_gates);
  circuit.rx(2, Angle::parameter(0)).cnot(0, 1).rx(2, Angle::parameter(1, 2));
  const CompileSummary merged = summarise_compilation(circuit, {string});
  EXPECT_EQ(merged.rotations, 1u);
  EXPECT_TRUE(merged.unseen_parameters.empty());
}

// The ansatz of the benchmarks: one more layer of [R_Y R_Z] on every qubit costs 12 operations a pair of rows forward,
// 42 with the gradient.
TEST(CompileSummary, CountsTheOperationsThatBenchmarksAreHeldAgainst) {
  constexpr std::uint32_t qubits = 6;
  const auto summary_of = [](std::uint32_t layers) {
    Circuit circuit(qubits);
    append_angle_encoding(circuit, Axis::x, qubits);
    append_hardware_efficient(circuit, layers, Entangler::cnot_ring);
    return summarise_compilation(circuit, {Observable::pauli_z(0)});
  };
  const CompileSummary ten = summary_of(10), eleven = summary_of(11);
  EXPECT_EQ(ten.dimension, qubits);
  EXPECT_EQ(eleven.forward_operations - ten.forward_operations, 12 * qubits * 32);
  EXPECT_EQ(eleven.gradient_operations - ten.gradient_operations, 42 * qubits * 32);
}

// Random circuits: a parameter that the summary calls unseen has gradient zero, exactly.
TEST(CompileSummary, UnseenParametersHaveNoGradient) {
  std::size_t unseen = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Problem problem = random_problem(seed, 4, 14, 1);
    const CompileSummary summary = summarise_compilation(problem.circuit, problem.observables);
    BatchSimulator<double> simulator(problem.circuit, problem.observables);
    const auto gradient = backward(simulator, problem);
    for (std::uint32_t index = 0; index < problem.circuit.parameters(); ++index) {
      const auto& list = summary.unseen_parameters;
      if (std::find(list.begin(), list.end(), index) == list.end()) continue;
      EXPECT_EQ(gradient.parameters[index], 0) << "seed " << seed << ", parameter " << index;
      ++unseen;
    }
  }
  EXPECT_GT(unseen, 10u);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
