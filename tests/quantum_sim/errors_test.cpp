#include <limits>

#include "core/error.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/compile/pauli_rotations.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

template <class Action>
void expect_error(ErrorKind kind, Action action, const std::vector<std::string>& parts) {
  try {
    action();
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    for (const std::string& part : parts) EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(CircuitErrors, NameGateAndQubit) {
  Circuit circuit(3);
  circuit.rx(0, Angle::constant(1));
  expect_error(ErrorKind::usage, [&] { circuit.ry(3, Angle::constant(1)); }, {"gate 1", "R_Y", "qubit 3", "0 to 2"});
  expect_error(ErrorKind::usage, [&] { circuit.cnot(7, 1); }, {"gate 1", "CNOT", "qubit 7"});
  expect_error(ErrorKind::usage, [&] { circuit.cz(2, 9); }, {"gate 1", "CZ", "qubit 9"});
  expect_error(ErrorKind::usage, [&] { circuit.cnot(1, 1); }, {"gate 1", "differ"});
  expect_error(ErrorKind::usage, [&] { circuit.cz(2, 2); }, {"gate 1", "differ"});
  expect_error(ErrorKind::usage, [&] { circuit.rz(1, Angle::constant(nan)); }, {"gate 1", "R_Z", "nan"});
  expect_error(ErrorKind::usage, [&] { circuit.rz(1, Angle::parameter(0, infinity)); }, {"gate 1", "inf"});
  EXPECT_EQ(circuit.gates().size(), 1u);
  EXPECT_EQ(circuit.parameters(), 0u);
}

TEST(CircuitErrors, QubitCountHasItsRange) {
  expect_error(ErrorKind::usage, [] { Circuit circuit(0); }, {"1 to 63"});
  expect_error(ErrorKind::usage, [] { Circuit circuit(64); }, {"1 to 63", "64"});
}

TEST(ObservableErrors, NameObservableTermAndQubit) {
  const Circuit circuit(2);
  const auto build = [&](Observable observable) {
    return [=] { BatchSimulator<float> simulator(circuit, {Observable::pauli_z(0), observable}); };
  };
  expect_error(ErrorKind::usage, build(Observable::pauli_z(2)), {"observable 1", "term 0", "qubit 2"});
  expect_error(ErrorKind::usage, build({{{1.0, 0, 1}, {1.0, 8, 0}}}), {"observable 1", "term 1", "qubit 3"});
  expect_error(ErrorKind::usage, build({{{nan, 0, 1}}}), {"observable 1", "term 0", "nan"});
  // Analyses that run no state come through here.
  expect_error(ErrorKind::usage, [&] { to_rotation_form(circuit, {Observable::pauli_z(2)}); },
               {"observable 0", "term 0", "qubit 2"});
}

class ExecutionErrors : public ::testing::Test {
 protected:
  ExecutionErrors() : simulator(make()) {}
  static BatchSimulator<double> make() {
    Circuit circuit(2);
    circuit.rx(0, Angle::input(1)).ry(1, Angle::parameter(2, 1e300)).cnot(0, 1).ry(1, Angle::input(0, 1e300));
    return {circuit, {Observable::pauli_z(1)}};
  }
  BatchSimulator<double> simulator;
  std::vector<double> parameters = {0, 0, 0.5}, inputs = {0, 0.1, 0, 0.3}, outputs = {7, 7};
};

TEST_F(ExecutionErrors, SizesThatDoNotFitAreNamed) {
  std::vector<double> three(3);
  expect_error(ErrorKind::usage, [&] { simulator.forward(inputs, inputs, 2, outputs); }, {"parameters", "3", "4"});
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, three, 2, outputs); }, {"inputs", "4", "3"});
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, inputs, 2, three); }, {"outputs", "2", "3"});
  expect_error(ErrorKind::usage, [&] { simulator.backward(parameters, inputs, 2, three, {}, {}, {}); }, {"upstream"});
  expect_error(ErrorKind::usage, [&] { simulator.backward(parameters, inputs, 2, outputs, {}, outputs, {}); },
               {"gradient_parameters"});
  expect_error(ErrorKind::usage, [&] { simulator.backward(parameters, inputs, 2, outputs, {}, {}, three); },
               {"gradient_inputs"});
  expect_error(ErrorKind::usage,
               [&] { simulator.forward_tangent(parameters, inputs, 2, inputs, {}, outputs, outputs); },
               {"parameters_dot"});
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, {}, std::size_t{1} << 63, {}); }, {"batch"});
}

TEST(BatchOptionErrors, ABatchNeedsAThread) {
  Circuit circuit(1);
  circuit.rx(0, Angle::parameter(0));
  expect_error(ErrorKind::usage, [&] { BatchSimulator<double>(circuit, {Observable::pauli_z(0)}, {.threads = 0}); },
               {"threads", "0"});
}

// Also where the product of threads and bytes would wrap around to little.
TEST(BatchOptionErrors, MoreThreadsThanMemoryHasTilesForAreRefused) {
  const Circuit circuit(2);
  for (const std::size_t threads : {std::size_t{1} << 60, std::numeric_limits<std::size_t>::max()})
    expect_error(ErrorKind::resource,
                 [&] { BatchSimulator<double>(circuit, {Observable::pauli_z(0)}, {.threads = threads}); },
                 {"2 qubits", fmt::format("{} threads", threads)});
}

TEST_F(ExecutionErrors, AngleThatIsNotFiniteNamesGateAndSourceAndChangesNothing) {
  parameters[2] = nan;
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, inputs, 2, outputs); },
               {"gate 1", "R_Y on qubit 1", "parameter 2", "nan"});
  parameters[2] = 0.5;
  inputs[3] = infinity;
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, inputs, 2, outputs); },
               {"gate 0", "R_X on qubit 0", "input 1 of sample 1", "inf"});
  EXPECT_EQ(outputs, (std::vector<double>{7, 7}));
}

TEST_F(ExecutionErrors, AngleThatOverflowsIsNamed) {
  parameters[2] = 1e30;
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, inputs, 2, outputs); }, {"gate 1", "parameter 2"});
  parameters[2] = 0.5;
  inputs[2] = -1e30;
  expect_error(ErrorKind::usage, [&] { simulator.forward(parameters, inputs, 2, outputs); }, {"gate 3", "input 0"});
  EXPECT_EQ(outputs, (std::vector<double>{7, 7}));
}

TEST_F(ExecutionErrors, ValuesThatNoGateUsesAreNotLookedAt) {
  parameters[0] = nan;
  EXPECT_NO_THROW(simulator.forward(parameters, inputs, 2, outputs));
}

TEST_F(ExecutionErrors, WorkGoesOnAfterAnError) {
  const std::vector<double> bad(3, nan);
  EXPECT_THROW(simulator.forward(bad, inputs, 2, outputs), Error);
  EXPECT_NO_THROW(simulator.forward(parameters, inputs, 2, outputs));
  EXPECT_NE(outputs[0], 7);
}

TEST(Memory, WhatDoesNotFitIsRefusedWithBothNumbers) {
  expect_error(ErrorKind::resource, [] { require_memory(3 << 20, 2 << 20, "one tile"); },
               {"one tile", "3.0 MiB", "2.0 MiB"});
  EXPECT_NO_THROW(require_memory(5, 5, "one tile"));
}

TEST(Memory, StateThatDoesNotFitIsRefusedBeforeAllocation) {
  Circuit circuit(30);
  for (std::uint32_t qubit = 0; qubit < 30; ++qubit) circuit.ry(qubit, Angle::parameter(qubit));
  const std::uint64_t needed = std::uint64_t{128} << 30;
  if (available_memory() > needed) GTEST_SKIP() << "this machine has room for a tile of 30 qubits";
  const Observable observable = Observable::pauli_z_string((1u << 30) - 1);
  expect_error(ErrorKind::resource, [&] { BatchSimulator<float> simulator(circuit, {observable}); },
               {"30 qubits", "131072.0 MiB"});
}

TEST(AngleErrors, ArccosNamesGateInputAndSample) {
  Circuit circuit(1);
  circuit.h(0).ry(0, Angle::arccos_input(1)).rx(0, {0, 1, 1, {{Angle::Source::parameter, 0, Angle::Function::arccos}}});
  BatchSimulator<double> simulator(circuit, {Observable::pauli_z(0)});
  std::vector<double> parameters{0.5}, inputs{0, 0.5, 9, 1.5}, outputs{7, 7}, upstream{1, 1};
  const auto forward = [&] { simulator.forward(parameters, inputs, 2, outputs); };
  std::vector<double> gradient_parameters(1), gradient_inputs(4);
  const auto backward = [&] {
    simulator.backward(parameters, inputs, 2, upstream, outputs, gradient_parameters, gradient_inputs);
  };
  expect_error(ErrorKind::usage, forward, {"gate 1 (R_Y on qubit 0)", "-1 to 1", "input 1 of sample 1", "1.5"});
  inputs[3] = -1;
  expect_error(ErrorKind::usage, backward, {"gate 1", "infinite", "input 1 of sample 1", "-1"});
  EXPECT_EQ(outputs, (std::vector<double>{7, 7}));
  forward();
  // R_X(arccos 1/2 = pi/3) R_Y(pi) H |0> = R_X(pi/3) (-|0> + |1>) / sqrt(2), an eigenstate of X.
  EXPECT_NEAR(outputs[1], 0, 1e-15);
  // Where only parameters are asked for, the edge of the input's domain does not matter.
  outputs = {7, 7};
  simulator.backward(parameters, inputs, 2, upstream, outputs, gradient_parameters, {});
  EXPECT_NEAR(outputs[1], 0, 1e-15);
  EXPECT_TRUE(std::isfinite(gradient_parameters[0]));
  parameters[0] = 1;
  expect_error(ErrorKind::usage,
               [&] { simulator.backward(parameters, inputs, 2, upstream, outputs, gradient_parameters, {}); },
               {"gate 2", "infinite at 1", "parameter 0"});
  parameters[0] = 2;
  expect_error(ErrorKind::usage, forward, {"gate 2 (R_X on qubit 0)", "parameter 0 is 2"});
  parameters[0] = nan;
  expect_error(ErrorKind::usage, forward, {"gate 2 (R_X on qubit 0)", "parameter 0 is nan"});
}

TEST(AngleErrors, ProductsThatOverflowAreRefused) {
  Circuit circuit(1);
  circuit.ry(0, Angle::product({Angle::Source::parameter, 0}, {Angle::Source::input, 0}));
  BatchSimulator<double> simulator(circuit, {Observable::pauli_z(0)});
  std::vector<double> outputs(1);
  expect_error(ErrorKind::usage, [&] { simulator.forward(std::vector{1e200}, std::vector{1e200}, 1, outputs); },
               {"gate 0 (R_Y on qubit 0)", "finite"});
}

}  // namespace
}  // namespace tacit::quantum_sim::test
