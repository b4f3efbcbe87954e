// One problem for each shape of kernel that the batch engine has, against dense matrices and finite differences.
#include <numbers>
#include <numeric>

#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/dense_reference.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Fourth-order central difference of f(problem) as `move(problem, step)` moves it.
template <class Function, class Move>
std::vector<double> difference(Function f, Move move) {
  const double step = 1e-3;
  const std::vector<double> far_minus = f(move(-2 * step)), minus = f(move(-step));
  const std::vector<double> plus = f(move(step)), far_plus = f(move(2 * step));
  std::vector<double> result(plus.size());
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = (8 * (plus[i] - minus[i]) - (far_plus[i] - far_minus[i])) / (12 * step);
  return result;
}

std::vector<double> dense_batch(const Problem& problem) {
  std::vector<double> all;
  for (std::size_t sample = 0; sample < problem.batch; ++sample) {
    const auto outputs =
        dense_outputs(problem.circuit, problem.observables, problem.parameters, problem.sample(sample));
    all.insert(all.end(), outputs.begin(), outputs.end());
  }
  return all;
}

// d(upstream . outputs) in each number of `values`.
std::vector<double> gradient_by_differences(BatchSimulator<double>& simulator, const Problem& problem,
                                            std::vector<double> Problem::*values) {
  std::vector<double> result;
  for (std::size_t index = 0; index < (problem.*values).size(); ++index) {
    const auto weighted = [&](const Problem& at) {
      const auto outputs = forward(simulator, at);
      return std::vector<double>{std::inner_product(outputs.begin(), outputs.end(), at.upstream.begin(), 0.0)};
    };
    const auto move = [&](double step) {
      Problem at = problem;
      (at.*values)[index] += step;
      return at;
    };
    result.push_back(difference(weighted, move)[0]);
  }
  return result;
}

void expect_all_passes_right(const Problem& problem) {
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  EXPECT_TRUE(all_near(forward(simulator, problem), dense_batch(problem), 1e-12));
  const auto gradients = backward(simulator, problem);
  EXPECT_TRUE(all_near(gradients.parameters, gradient_by_differences(simulator, problem, &Problem::parameters), 1e-8));
  EXPECT_TRUE(all_near(gradients.inputs, gradient_by_differences(simulator, problem, &Problem::inputs), 1e-8));

  std::vector<double> outputs(problem.upstream.size()), outputs_dot(outputs.size());
  simulator.forward_tangent(problem.parameters, problem.inputs, problem.batch, problem.parameters_dot,
                            problem.inputs_dot, outputs, outputs_dot);
  const auto along = [&](double step) { return moved(problem, step); };
  EXPECT_TRUE(
      all_near(outputs_dot, difference([&](const Problem& at) { return forward(simulator, at); }, along), 1e-8));
  const auto tangents = backward_tangent(simulator, problem);
  EXPECT_TRUE(all_near(tangents.parameters, gradients.parameters, 1e-12));
  EXPECT_TRUE(all_near(tangents.inputs, gradients.inputs, 1e-12));
  const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
  const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
  EXPECT_TRUE(all_near(tangents.parameters_dot, difference(of_parameters, along), 1e-7));
  EXPECT_TRUE(all_near(tangents.inputs_dot, difference(of_inputs, along), 1e-7));

  BatchSimulator<float> in_float(problem.circuit, problem.observables);
  EXPECT_TRUE(all_near(backward(in_float, problem).parameters, gradients.parameters, 1e-4));
  EXPECT_TRUE(all_near(backward_tangent(in_float, problem).parameters_dot, tangents.parameters_dot, 1e-3));
}

// Nine dimensions are more than a block of any pass holds.
TEST(KernelShapes, RealRotationsWithDiagonalsInSeveralBlocks) {
  Circuit circuit(9);
  append_angle_encoding(circuit, Axis::x, 9);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  expect_all_passes_right(problem_of(1, circuit, {Observable::pauli_z(0), {{{0.7, 0b11, 0b101}}}}, 2));
}

// Y on two qubits flips both with a sign that their parity gives; pairs of qubits do not meet.
TEST(KernelShapes, ImaginaryRotationsWithSignsSideBySide) {
  Circuit circuit(6);
  std::uint32_t next = 0;
  for (std::uint32_t qubit = 0; qubit < 6; ++qubit) circuit.rx(qubit, Angle::input(qubit));
  for (int layer = 0; layer < 3; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 6; ++qubit) circuit.ry(qubit, Angle::parameter(next++));
    for (std::uint32_t qubit = 0; qubit < 6; qubit += 2) circuit.ryy(qubit, qubit + 1, Angle::parameter(next++));
    for (std::uint32_t qubit = 0; qubit < 6; ++qubit) circuit.rx(qubit, Angle::parameter(next++));
  }
  expect_all_passes_right(problem_of(2, circuit, {Observable::pauli_z(1), Observable::pauli_z_string(0b111000)}, 3));
}

// Ten phases on four qubits: six of their masks depend on the others.
TEST(KernelShapes, DiagonalsOfMorePhasesThanRowsHaveBits) {
  Circuit circuit(4);
  std::uint32_t next = 0;
  for (int layer = 0; layer < 3; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.ry(qubit, Angle::input(qubit, 1 + layer));
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.rz(qubit, Angle::parameter(next++));
    for (std::uint32_t one = 0; one < 4; ++one)
      for (std::uint32_t two = 0; two < one; ++two) circuit.rzz(one, two, Angle::parameter(next++));
  }
  for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.rx(qubit, Angle::parameter(next++));
  expect_all_passes_right(problem_of(3, circuit, {Observable::pauli_z(0), {{{1, 0b1010, 0b0011}}}}, 5));
}

// A phase of every sample's own stays with its rotation, so the diagonal finds no plain one to follow.
TEST(KernelShapes, DiagonalsBehindPhasesOfInputs) {
  Circuit circuit(4);
  std::uint32_t next = 0;
  for (int layer = 0; layer < 3; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.ry(qubit, Angle::parameter(next++));
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.rz(qubit, Angle::input(qubit));
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.rzz(qubit, (qubit + 1) % 4, Angle::parameter(next++));
  }
  for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.ry(qubit, Angle::parameter(next++));
  expect_all_passes_right(problem_of(4, circuit, {Observable::pauli_z(3), {{{1, 0b0110, 0b1011}}}}, 9));
}

// Quarter turns make a state's scale grow fastest, so many sweeps are done in full.
TEST(KernelShapes, DeepCircuitsOfQuarterTurns) {
  Circuit circuit(4);
  std::uint32_t next = 0;
  for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.rx(qubit, Angle::input(qubit));
  for (int layer = 0; layer < 30; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit)
      circuit.ry(qubit, Angle::parameter(next++ % 12, 0.01, std::numbers::pi / 2));
    for (std::uint32_t qubit = 0; qubit < 4; ++qubit) circuit.cnot(qubit, (qubit + 1) % 4);
  }
  expect_all_passes_right(problem_of(5, circuit, {Observable::pauli_z(0)}, 2));
}

// Of ten qubits' layers only some have their state kept; the others are undone on the way back.
TEST(KernelShapes, LayersKeptBesideLayersUndone) {
  Circuit circuit(10);
  append_angle_encoding(circuit, Axis::x, 10);
  append_hardware_efficient(circuit, 7, Entangler::cnot_ring);
  Problem problem = problem_of(6, circuit, {Observable::pauli_z(0), {{{0.4, 0b1000000011, 0b101}}}}, 1);
  // A difference takes two passes forward for each number: some stand for all.
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradients = backward(simulator, problem);
  const auto along = [&](double step) { return moved(problem, step); };
  const auto weighted = [&](const Problem& at) {
    const auto outputs = forward(simulator, at);
    return std::vector<double>{std::inner_product(outputs.begin(), outputs.end(), at.upstream.begin(), 0.0)};
  };
  for (std::size_t index = 0; index < problem.parameters.size(); index += 3) {
    const auto move = [&](double step) {
      Problem at = problem;
      at.parameters[index] += step;
      return at;
    };
    EXPECT_NEAR(gradients.parameters[index], difference(weighted, move)[0], 1e-8) << "parameter " << index;
  }
  const auto tangents = backward_tangent(simulator, problem);
  EXPECT_TRUE(all_near(tangents.parameters, gradients.parameters, 1e-12));
  const auto of_parameters = [&](const Problem& at) { return backward(simulator, at).parameters; };
  const auto of_inputs = [&](const Problem& at) { return backward(simulator, at).inputs; };
  EXPECT_TRUE(all_near(tangents.parameters_dot, difference(of_parameters, along), 1e-7));
  EXPECT_TRUE(all_near(tangents.inputs_dot, difference(of_inputs, along), 1e-7));
}

// Layers of one, two, three and more rotations that commute, of the imaginary kind, some with signs, some of inputs.
TEST(KernelShapes, KeptLayersOfImaginaryRotations) {
  for (const std::uint32_t qubits : {2u, 3u, 5u, 7u}) {
    Circuit circuit(qubits);
    std::uint32_t next = 0;
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.ry(qubit, Angle::input(qubit));
    for (int layer = 0; layer < 3; ++layer) {
      for (std::uint32_t qubit = 0; qubit < qubits; ++qubit)
        circuit.rx(qubit, layer == 1 ? Angle::input(qubit, 0.5) : Angle::parameter(next++));
      for (std::uint32_t qubit = 0; qubit < qubits; ++qubit)
        circuit.rzz(qubit, (qubit + 1) % qubits, Angle::parameter(next++));
      for (std::uint32_t qubit = 0; qubit + 1 < qubits; qubit += 2)
        circuit.ryy(qubit, qubit + 1, Angle::parameter(next++));
      for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.rz(qubit, Angle::parameter(next++));
    }
    for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) circuit.rx(qubit, Angle::parameter(next++));
    expect_all_passes_right(problem_of(7 + qubits, circuit, {Observable::pauli_z(0), {{{1, 0b11, 0b01}}}}, 2));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
