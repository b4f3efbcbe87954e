#include <numbers>

#include "quantum_sim/circuit/encodings.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

// Sum over the batch of upstream . outputs.
double weighted_output(BatchSimulator<double>& simulator, const Problem& problem) {
  const std::vector<double> outputs = forward(simulator, problem);
  double sum = 0;
  for (std::size_t i = 0; i < outputs.size(); ++i) sum += problem.upstream[i] * outputs[i];
  return sum;
}

// Fourth-order central difference of the weighted output in one number of the problem.
double difference(BatchSimulator<double>& simulator, Problem problem, std::vector<double> Problem::*values,
                  std::size_t index) {
  const double step = 1e-3, start = (problem.*values)[index];
  const auto at = [&](double offset) {
    (problem.*values)[index] = start + offset;
    return weighted_output(simulator, problem);
  };
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

std::vector<double> differences(BatchSimulator<double>& simulator, const Problem& problem,
                                std::vector<double> Problem::*values) {
  std::vector<double> result;
  for (std::size_t index = 0; index < (problem.*values).size(); ++index)
    result.push_back(difference(simulator, problem, values, index));
  return result;
}

void expect_equal_to_differences(const Problem& problem) {
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradients = backward(simulator, problem);
  EXPECT_TRUE(all_near(gradients.parameters, differences(simulator, problem, &Problem::parameters), 1e-8))
      << "parameters, seed " << problem.seed;
  EXPECT_TRUE(all_near(gradients.inputs, differences(simulator, problem, &Problem::inputs), 1e-8))
      << "inputs, seed " << problem.seed;
  EXPECT_EQ(gradients.outputs, forward(simulator, problem));
}

TEST(Gradient, OfRandomCircuitsIsTheFiniteDifference) {
  for (std::uint64_t seed = 0; seed < 40; ++seed)
    expect_equal_to_differences(random_problem(seed, static_cast<std::uint32_t>(1 + seed % 5), 5 + seed % 47, 3));
}

TEST(Gradient, OfAFourierTowerWithBaseFiveIsTheFiniteDifference) {
  Circuit circuit(4);
  append_fourier_tower(circuit, 2, 2, 5, 0.4);
  append_hardware_efficient(circuit, 2, Entangler::cnot_chain);
  expect_equal_to_differences(problem_of(3, circuit, {Observable::pauli_z(0), Observable::pauli_z_string(0b1111)}, 4));
}

TEST(Gradient, OfRepeatedDataUploadsIsTheFiniteDifference) {
  Circuit circuit(3);
  std::uint32_t next = 0;
  for (int repeat = 0; repeat < 3; ++repeat) {
    append_angle_encoding(circuit, static_cast<Axis>(repeat), 3, 1.5);
    next = append_hardware_efficient(circuit, 1, Entangler::cnot_ring, next);
  }
  expect_equal_to_differences(problem_of(4, circuit, {Observable::pauli_z(2), {{{1.0, 0b011, 0b110}}}}, 17));
}

// Each form of a layer on its own, through both entanglers: these run as joint sweeps of four rows.
TEST(Gradient, OfLayersOfEveryFormIsTheFiniteDifference) {
  for (const bool about_x : {false, true}) {
    for (const bool with_phase : {false, true}) {
      for (const bool with_cz : {false, true}) {
        Circuit circuit(5);
        append_angle_encoding(circuit, Axis::y, 5);
        std::uint32_t next = 0;
        for (std::uint32_t layer = 0; layer < 4; ++layer) {
          for (std::uint32_t qubit = 0; qubit < 5; ++qubit) {
            about_x ? circuit.rx(qubit, Angle::parameter(next)) : circuit.ry(qubit, Angle::parameter(next));
            ++next;
            if (with_phase) circuit.rz(qubit, Angle::parameter(next++));
          }
          for (std::uint32_t qubit = 0; qubit < 5; ++qubit)
            with_cz ? circuit.cz(qubit, (qubit + 1) % 5) : circuit.cnot(qubit, (qubit + 1) % 5);
        }
        SCOPED_TRACE(fmt::format("about x {}, phase {}, cz {}", about_x, with_phase, with_cz));
        expect_equal_to_differences(
            problem_of(next, circuit, {Observable::pauli_z(0), {{{1.0, 0b01101, 0b00110}}}}, 2));
      }
    }
  }
}

// Deep enough for the scale of the states to be brought back several times.
TEST(Gradient, OfADeepCircuitIsTheFiniteDifference) {
  Circuit circuit(3);
  append_angle_encoding(circuit, Axis::y, 3);
  append_hardware_efficient(circuit, 25, Entangler::cnot_ring);
  const Problem problem = problem_of(9, circuit, {Observable::pauli_z(0), {{{1.0, 0b110, 0b011}}}}, 2);
  expect_equal_to_differences(problem);
  BatchSimulator<float> single(problem.circuit, problem.observables);
  BatchSimulator<double> twice(problem.circuit, problem.observables);
  EXPECT_TRUE(all_near(backward(single, problem).parameters, backward(twice, problem).parameters, 2e-5));
}

// Half turns and more leave Pauli factors behind; quarter turns sit on the edge between the two forms.
TEST(Gradient, AtMultiplesOfAQuarterTurnIsTheFiniteDifference) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Problem problem = random_problem(seed, 3, 40, 2);
    RandomStream stream({seed, Purpose::test, 2, 0});
    const auto quarter_turns = [&](std::vector<double>& values, std::size_t width, std::size_t left_out) {
      for (std::size_t place = 0; place < values.size(); ++place)
        if (place % width != left_out)
          values[place] = std::numbers::pi / 2 * (static_cast<double>(stream.below(9)) - 4);
    };
    quarter_turns(problem.parameters, problem.parameters.size(), arccos_parameter);
    quarter_turns(problem.inputs, problem.circuit.inputs(), arccos_input);
    expect_equal_to_differences(problem);
  }
}

// Exact for a parameter that one gate uses with scale 1 (Schuld et al., arXiv 1811.11184): (E(+pi/2) - E(-pi/2)) / 2.
TEST(Gradient, IsTheParameterShift) {
  Circuit circuit(5);
  append_angle_encoding(circuit, Axis::x, 5);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  const Problem problem = problem_of(8, circuit, {Observable::pauli_z(0), {{{1.0, 0b10010, 0b00011}}}}, 2);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> expected;
  for (std::size_t index = 0; index < problem.parameters.size(); ++index) {
    Problem plus = problem, minus = problem;
    plus.parameters[index] += std::numbers::pi / 2;
    minus.parameters[index] -= std::numbers::pi / 2;
    expected.push_back((weighted_output(simulator, plus) - weighted_output(simulator, minus)) / 2);
  }
  EXPECT_TRUE(all_near(backward(simulator, problem).parameters, expected, 1e-13));
}

TEST(Gradient, InFloatIsCloseToDouble) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Problem problem = random_problem(seed, 5, 60, 20);
    BatchSimulator<float> single(problem.circuit, problem.observables);
    BatchSimulator<double> twice(problem.circuit, problem.observables);
    const auto actual = backward(single, problem);
    const auto expected = backward(twice, problem);
    EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 2e-5)) << "seed " << seed;
    EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 2e-5)) << "seed " << seed;
  }
}

TEST(Gradient, OfWhatNoObservableSeesIsExactlyZero) {
  Circuit circuit(3);
  append_hardware_efficient(circuit, 1, Entangler::cnot_chain);
  circuit.rz(1, Angle::parameter(6)).rx(2, Angle::parameter(7));
  const Problem problem = problem_of(2, circuit, {Observable::pauli_z(0)}, 3);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto gradient = backward(simulator, problem).parameters;
  for (std::size_t index = 1; index < 8; ++index) EXPECT_EQ(gradient[index], 0.0) << index;
  EXPECT_NE(gradient[0], 0.0);
}

// Every kind of angle on its own: products of parameters and inputs, arccos of each.
TEST(Gradient, OfProductsAndArccosIsTheFiniteDifference) {
  using Factor = Angle::Factor;
  const Factor x{Angle::Source::input, 0, Angle::Function::identity, -0.3}, y{Angle::Source::input, 1};
  const Factor theta{Angle::Source::parameter, 0}, phi{Angle::Source::parameter, 1, Angle::Function::identity, 0.5};
  const Factor arccos_x{Angle::Source::input, 2, Angle::Function::arccos};
  const Factor arccos_theta{Angle::Source::parameter, 2, Angle::Function::arccos, 0.2};
  const Factor all[] = {x, y, theta, phi, arccos_x, arccos_theta};
  std::uint64_t seed = 0;
  for (const Factor& first : all) {
    for (const Factor& second : all) {
      Circuit circuit(2);
      circuit.h(0).ry(0, Angle::product(first, second, 0.7, 0.1)).cnot(0, 1).rz(1, {0.3, 1.1, 1, {second}});
      circuit.rx(0, Angle::parameter(2)).rx(1, Angle::input(2));
      expect_equal_to_differences(problem_of(seed++, circuit, {Observable::pauli_z(0), {{{1.0, 0b11, 0b10}}}}, 19));
    }
  }
}

TEST(Gradient, PartsThatAreNotWantedMayBeEmpty) {
  const Problem problem = random_problem(12, 3, 30, 4);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  const auto all = backward(simulator, problem);
  std::vector<double> parameters(problem.parameters.size()), inputs(problem.inputs.size());
  simulator.backward(problem.parameters, problem.inputs, 4, problem.upstream, {}, parameters, {});
  simulator.backward(problem.parameters, problem.inputs, 4, problem.upstream, {}, {}, inputs);
  EXPECT_EQ(parameters, all.parameters);
  EXPECT_EQ(inputs, all.inputs);
}

TEST(Gradient, OfAnEmptyBatchIsZero) {
  const Problem problem = random_problem(13, 3, 30, 0);
  BatchSimulator<double> simulator(problem.circuit, problem.observables);
  std::vector<double> parameters(problem.parameters.size(), 7);
  simulator.backward(problem.parameters, {}, 0, {}, {}, parameters, {});
  EXPECT_EQ(parameters, std::vector<double>(parameters.size(), 0.0));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
