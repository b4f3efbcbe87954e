#include <cmath>

#include "core/error.h"
#include "quantum_sim/gradients/parameter_shift.h"
#include "quantum_sim/gradients/rotation_slopes.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix_simulator.h"
#include "quantum_sim/noise/operator_overlap.h"
#include "quantum_sim/noise_reference.h"
#include "quantum_sim/state_problem.h"

namespace tacit::quantum_sim::test {
namespace {

NoiseModel every_kind_of_noise() {
  NoiseModel noise;
  noise.after({.qubit_count = 1}, thermal_relaxation(50, 60, 3, 0.1))
      .after({.qubit_count = 2}, depolarizing(0.05, 2))
      .after({.kind = GateKind::ry}, over_rotation("Y", 0.1))
      .on_idle(phase_damping(0.02))
      .readout({0.02, 0.05})
      .readout(1, {0.1, 0});
  return noise;
}

struct Gradient {
  std::vector<double> outputs, parameters, inputs;
};

template <class T>
Gradient gradient(const BasicDensityMatrixSimulator<T>& simulator, const Problem& problem) {
  Gradient result{{}, std::vector<double>(problem.parameters.size(), 7), std::vector<double>(problem.inputs.size(), 7)};
  result.outputs = simulator.gradient(problem.parameters, problem.inputs, problem.batch, problem.upstream,
                                      result.parameters, result.inputs);
  return result;
}

double weighted(const DensityMatrixSimulator& simulator, const Problem& problem) {
  const std::vector<double> outputs = simulator.run(problem.parameters, problem.inputs, problem.batch);
  double sum = 0;
  for (std::size_t index = 0; index < outputs.size(); ++index) sum += problem.upstream[index] * outputs[index];
  return sum;
}

// Fourth-order central difference by one number.
double difference(const DensityMatrixSimulator& simulator, Problem problem, std::vector<double> Problem::*values,
                  std::size_t index) {
  const double step = 1e-3, start = (problem.*values)[index];
  const auto at = [&](double offset) {
    (problem.*values)[index] = start + offset;
    return weighted(simulator, problem);
  };
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

void expect_differences(const Problem& problem, const NoiseModel& noise) {
  SCOPED_TRACE(fmt::format("seed {}", problem.seed));
  const DensityMatrixSimulator simulator(problem.circuit, noise, problem.observables);
  const Gradient actual = gradient(simulator, problem);
  EXPECT_EQ(actual.outputs, simulator.run(problem.parameters, problem.inputs, problem.batch));
  for (std::size_t index = 0; index < problem.parameters.size(); ++index)
    EXPECT_NEAR(actual.parameters[index], difference(simulator, problem, &Problem::parameters, index), 1e-9);
  for (std::size_t index = 0; index < problem.inputs.size(); ++index)
    EXPECT_NEAR(actual.inputs[index], difference(simulator, problem, &Problem::inputs, index), 1e-9);
  // Float is the same but for rounding.
  const BasicDensityMatrixSimulator<float> rounded(problem.circuit, noise, problem.observables);
  const Gradient of_float = gradient(rounded, problem);
  EXPECT_TRUE(all_near(of_float.outputs, actual.outputs, 1e-5));
  EXPECT_TRUE(all_near(of_float.parameters, actual.parameters, 1e-4));
  EXPECT_TRUE(all_near(of_float.inputs, actual.inputs, 1e-4));
}

// Gates of all kinds under up to three controls; angles that are products, scaled, arccos.
TEST(DensityMatrixGradient, OfRandomNoisyCircuitsIsTheFiniteDifference) {
  NoiseModel noise;  // of one qubit each, as gates are of any size
  noise.after_every_gate(thermal_relaxation(50, 60, 3, 0.1)).on_idle(phase_damping(0.02)).readout({0.02, 0.05});
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    expect_differences(random_problem(seed, static_cast<std::uint32_t>(1 + seed % 4), 25, 2), noise);
}

Problem layered_problem() {
  Circuit circuit(3);
  append_angle_encoding(circuit, Axis::x, 3);
  append_hardware_efficient(circuit, 2, Entangler::cnot_ring);
  circuit.crx(0, 1, Angle::parameter(2)).cphase(1, 2, Angle::input(1, 0.7)).rzz(0, 2, Angle::parameter(1));
  circuit.append({GateKind::universal, {1}, {}, {Angle::parameter(3), Angle::input(0), Angle::parameter(4)}});
  circuit.append({GateKind::universal, {2}, {0}, {Angle::input(2), Angle::parameter(5), Angle::parameter(0)}});
  circuit.append({GateKind::phase, {0}, {1, 2}, {Angle::parameter(6)}});
  return problem_of(4, circuit, {{{{0.7, 1, 4}, {-0.5, 6, 3}}}, Observable::pauli_z(1)}, 3);
}

TEST(DensityMatrixGradient, UnderEveryKindOfNoiseIsTheFiniteDifference) {
  expect_differences(layered_problem(), every_kind_of_noise());
}

TEST(DensityMatrixGradient, AcrossMeasurementAndResetIsTheFiniteDifference) {
  Circuit circuit(3);
  circuit.ry(0, Angle::parameter(0)).rx(1, Angle::input(0)).cnot(0, 1).measure(1, 0);
  circuit.rx(1, Angle::parameter(1)).cnot(1, 2).reset(0).ry(0, Angle::parameter(2)).cnot(0, 2).rx(2, Angle::input(1));
  expect_differences(problem_of(2, circuit, {Observable::pauli_z(2), {{{1.0, 0b011, 0b110}}}}, 2),
                     every_kind_of_noise());
}

TEST(DensityMatrixGradient, OfEncodedAmplitudesIsTheFiniteDifference) {
  for (const std::size_t count : {1u, 5u, 8u}) {
    Circuit circuit(3);
    circuit.encode_amplitudes(count).ry(1, Angle::parameter(0)).cnot(1, 0).rx(2, Angle::input(count));
    expect_differences(problem_of(count, circuit, {Observable::pauli_z(0), {{{1.0, 0b110, 0b011}}}}, 2),
                       every_kind_of_noise());
  }
}

TEST(DensityMatrixGradient, IsThatOfTheParameterShift) {
  Problem problem = layered_problem();
  problem.batch = 1;
  problem.inputs.resize(3);
  problem.upstream.resize(2);
  const DensityMatrixSimulator simulator(problem.circuit, every_kind_of_noise(), problem.observables);
  const auto function = [&](std::span<const double> parameters, std::uint64_t) {
    Problem moved = problem;
    moved.parameters.assign(parameters.begin(), parameters.end());
    return Estimate{weighted(simulator, moved), 0};
  };
  const auto shifted = parameter_shift_gradient(
      function, problem.parameters,
      parameter_frequencies(problem.circuit, problem.observables, problem.parameters, problem.inputs));
  EXPECT_TRUE(all_near(gradient(simulator, problem).parameters, shifted.values, 1e-10));
}

TEST(DensityMatrixGradient, WithoutNoiseIsThatOfTheState) {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = random_problem(40 + seed, static_cast<std::uint32_t>(2 + seed % 3), 30, 3);
    BatchSimulator<double> batch(problem.circuit, problem.observables);
    const auto expected = backward(batch, problem);
    const Gradient actual = gradient(DensityMatrixSimulator(problem.circuit, {}, problem.observables), problem);
    EXPECT_TRUE(all_near(actual.outputs, expected.outputs, 1e-12));
    EXPECT_TRUE(all_near(actual.parameters, expected.parameters, 1e-12));
    EXPECT_TRUE(all_near(actual.inputs, expected.inputs, 1e-12));
  }
}

TEST(DensityMatrixGradient, IsTheSameForAnyNumberOfThreads) {
  const Problem problem = random_problem(3, 7, 15, 1);
  const NoiseModel noise = NoiseModel().after_every_gate(amplitude_damping(0.1));
  const auto of = [&](ThreadPool* pool) {
    const Gradient all = gradient(DensityMatrixSimulator(problem.circuit, noise, problem.observables, pool), problem);
    return std::pair(all.parameters, all.inputs);
  };
  const auto alone = of(nullptr);
  for (const std::size_t threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(of(&pool), alone);
  }
}

// Against products of dense matrices.
TEST(OperatorOverlap, IsTheTraceOfTheProduct) {
  RandomStream stream({9, Purpose::test, 1, 0});
  const std::uint32_t qubits = 3;
  const Matrix l = random_matrix(stream, 8), r = random_matrix(stream, 8);
  DensityMatrix left(qubits), right(qubits);
  std::copy(l.data(), l.data() + l.size(), left.elements().data());
  std::copy(r.data(), r.data() + r.size(), right.elements().data());
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    const Matrix k = random_matrix(stream, 2), bra = random_matrix(stream, 2);
    const auto overlap = local_overlap(left, right, qubit, nullptr);
    const auto kets = ket_overlap(left, right, qubit, 0, nullptr);
    std::complex<double> sum = 0, of_kets = 0;
    for (Eigen::Index to = 0; to < 4; ++to)
      for (Eigen::Index from = 0; from < 4; ++from)
        sum +=
            k(to & 1, from & 1) * std::conj(bra(to >> 1, from >> 1)) * overlap[static_cast<std::size_t>(4 * to + from)];
    for (Eigen::Index to = 0; to < 2; ++to)
      for (Eigen::Index from = 0; from < 2; ++from)
        of_kets += k(to, from) * kets[static_cast<std::size_t>(2 * to + from)];
    const Matrix wide = embed(k, {qubit}, qubits), wide_bra = embed(bra, {qubit}, qubits);
    EXPECT_LT(std::abs(sum - (l.adjoint() * wide * r * wide_bra.adjoint()).trace()), 1e-12);
    EXPECT_LT(std::abs(of_kets - (l.adjoint() * wide * r).trace()), 1e-12);
  }
  const auto strings = pauli_overlap(left, right, Pauli{0b101, 0b110, 1}, 0b010, nullptr);
  const Matrix controlled = embed((Matrix(2, 2) << 0, 0, 0, 1).finished(), {1}, qubits);
  EXPECT_LT(std::abs(strings[0] - (l.adjoint() * controlled * r).trace()), 1e-12);
  EXPECT_LT(std::abs(strings[1] - (l.adjoint() * controlled * pauli_matrix(0b101, 0b110, qubits) * r).trace()), 1e-12);
}

TEST(DensityMatrixGradientErrors, NameWhatIsWrong) {
  Circuit circuit(2);
  circuit.rx(0, Angle::parameter(0)).ry(1, Angle::arccos_input(0));
  const DensityMatrixSimulator simulator(circuit, {}, {Observable::pauli_z(1)});
  std::vector<double> by_parameters(1), by_inputs(1);
  const auto message = [&](std::vector<double> inputs, std::vector<double> upstream, std::span<double> result) {
    try {
      simulator.gradient(std::vector<double>{0.3}, inputs, 1, upstream, result, by_inputs);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      return std::string(error.what());
    }
    return std::string("no error");
  };
  EXPECT_THAT(message({1.0}, {1}, by_parameters), ::testing::HasSubstr("gate 1 (R_Y on qubit 1)"));
  EXPECT_THAT(message({0.5, 0.5}, {1}, by_parameters), ::testing::HasSubstr("inputs"));
  EXPECT_THAT(message({0.5}, {1, 2}, by_parameters), ::testing::HasSubstr("upstream"));
  EXPECT_THAT(message({0.5}, {1}, std::span(by_inputs).first(0)), ::testing::HasSubstr("no error"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
