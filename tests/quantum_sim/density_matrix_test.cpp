#include "core/error.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix_simulator.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

Matrix matrix_of(const DensityMatrix& rho) {
  const auto rows = static_cast<Eigen::Index>(rho.rows());
  return Eigen::Map<const Matrix>(rho.elements().data(), rows, rows);
}

void set(DensityMatrix& rho, const Matrix& values) {
  std::copy(values.data(), values.data() + values.size(), rho.elements().data());
}

Matrix random_density(RandomStream& stream, std::uint32_t qubits) {
  const Matrix a = random_matrix(stream, Eigen::Index{1} << qubits);
  const Matrix positive = a * a.adjoint();
  return positive / positive.trace();
}

Channel random_channel(RandomStream& stream, std::size_t qubits) {
  // Rows of the first 2^k columns of a unitary on the channel's qubits and two more: any channel has this form.
  const Eigen::Index rows = Eigen::Index{1} << qubits;
  const Matrix dilation = random_unitary(stream, 4 * rows);
  std::vector<Channel::Matrix> kraus;
  for (Eigen::Index index = 0; index < 4; ++index)
    kraus.push_back(row_major(dilation.block(index * rows, 0, rows, rows)));
  return Channel("random", kraus);
}

std::vector<Matrix> kraus_of(const Channel& channel) {
  std::vector<Matrix> result;
  for (const auto& one : channel.kraus()) result.push_back(from_row_major(one));
  return result;
}

void append_layers(Circuit& circuit) {
  std::uint32_t parameter = 0;
  for (int layer = 0; layer < 2; ++layer) {
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) {
      circuit.h(qubit).rx(qubit, Angle::parameter(parameter++));
      circuit.rz(qubit, Angle::parameter(parameter++));
    }
    for (std::uint32_t qubit = 0; qubit + 1 < circuit.qubits(); ++qubit)
      circuit.cnot(qubit, qubit + 1).rzz(qubit, qubit + 1, Angle::parameter(parameter++));
  }
}

NoiseModel mixed_noise() {
  NoiseModel noise;
  noise.after_every_gate(thermal_relaxation(50, 60, 3, 0.1))
      .after({.qubit_count = 2}, depolarizing(0.05, 2))
      .after({.kind = GateKind::h}, over_rotation("Y", 0.1))
      .on_idle(phase_damping(0.02));
  return noise;
}

TEST(DensityMatrix, GatesAndChannelsAgreeWithDenseMatrices) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream stream({seed, Purpose::test, 50, 0});
    const std::uint32_t qubits = 4;
    const Matrix before = random_density(stream, qubits);
    const Channel channel = random_channel(stream, 1 + seed % 3);
    const auto targets = random_qubits(stream, qubits, channel.qubits());
    DensityMatrix rho(qubits);
    set(rho, before);
    rho.apply(channel, targets);
    EXPECT_LT((matrix_of(rho) - kraus_sum(before, kraus_of(channel), targets, qubits)).norm(), 1e-13);
    EXPECT_NEAR(rho.trace(), 1, 1e-13);
    EXPECT_NEAR(rho.purity(), (matrix_of(rho) * matrix_of(rho)).trace().real(), 1e-13);
  }
}

TEST(DensityMatrix, MeasurementAndResetAreChannels) {
  RandomStream stream({1, Purpose::test, 51, 0});
  const Matrix before = random_density(stream, 3);
  const Matrix zero = (Matrix(2, 2) << 1, 0, 0, 0).finished(), one = (Matrix(2, 2) << 0, 0, 0, 1).finished();
  const Matrix lower = (Matrix(2, 2) << 0, 1, 0, 0).finished();
  for (const std::uint32_t qubit : {0u, 1u, 2u}) {
    DensityMatrix measured(3), lowered(3);
    set(measured, before);
    set(lowered, before);
    measured.measure(qubit);
    lowered.reset(qubit);
    EXPECT_LT((matrix_of(measured) - kraus_sum(before, {zero, one}, {qubit}, 3)).norm(), 1e-15);
    EXPECT_LT((matrix_of(lowered) - kraus_sum(before, {zero, lower}, {qubit}, 3)).norm(), 1e-15);
  }
}

TEST(DensityMatrix, OutputsAgreeWithDenseMatrices) {
  RandomStream stream({2, Purpose::test, 51, 0});
  const std::uint32_t qubits = 4;
  const Matrix values = random_density(stream, qubits), other = random_density(stream, qubits);
  DensityMatrix rho(qubits), sigma(qubits);
  set(rho, values);
  set(sigma, other);
  for (int repeat = 0; repeat < 10; ++repeat) {
    const Observable observable{{{stream.uniform(), stream.below(16), stream.below(16)}, {0.3, 3, 6}}};
    EXPECT_NEAR(rho.expectation(observable), (dense_observable(qubits, observable) * values).trace().real(), 1e-13);
  }
  const Vector psi = random_state(stream, qubits);
  const std::vector<std::complex<double>> amplitudes(psi.data(), psi.data() + psi.size());
  EXPECT_NEAR(rho.fidelity(amplitudes), psi.dot(values * psi).real(), 1e-14);
  // Tr(A rho_kept) = Tr((A (x) 1) rho) for any A.
  const std::vector<std::uint32_t> kept = {3, 1};
  const Matrix a = random_matrix(stream, 4);
  const std::complex<double> reduced = (a * matrix_of(rho.partial_trace(kept))).trace();
  EXPECT_LT(std::abs(reduced - (embed(a, kept, qubits) * values).trace()), 1e-13);
  // Of a pure state, the general fidelity is the overlap; of equal states it is 1; of diagonal ones Bhattacharyya's.
  DensityMatrix pure(qubits);
  pure.set_pure(amplitudes);
  EXPECT_NEAR(fidelity(pure, rho), rho.fidelity(amplitudes), 1e-7);
  EXPECT_NEAR(fidelity(rho, rho), 1, 1e-12);
  EXPECT_NEAR(fidelity(rho, sigma), fidelity(sigma, rho), 1e-12);
  double root_sum = 0;
  for (Eigen::Index j = 0; j < 16; ++j) root_sum += std::sqrt(values(j, j).real() * other(j, j).real());
  set(rho, values.diagonal().asDiagonal());
  set(sigma, other.diagonal().asDiagonal());
  EXPECT_NEAR(fidelity(rho, sigma), root_sum * root_sum, 1e-12);
}

TEST(DensityMatrixSimulator, WithoutNoiseIsThePureState) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Circuit circuit = random_circuit_of_all_gates(seed, 4, 40);
    RandomStream stream({seed, Purpose::test, 52, 0});
    const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 4, 2);
    const DensityMatrixSimulator simulator(circuit, {}, {});
    const Vector psi = dense_state(circuit, parameters, inputs);
    EXPECT_LT((matrix_of(simulator.final_state(parameters, inputs)) - psi * psi.adjoint()).norm(), 1e-12);
  }
}

TEST(DensityMatrixSimulator, StartsFromEncodedAmplitudes) {
  Circuit circuit(3);
  circuit.encode_amplitudes(6).ry(1, Angle::parameter(0)).cnot(1, 0).h(2);
  const std::vector<double> parameters = {0.7}, inputs = {0.3, -0.2, 0, 1, 2, -0.5};
  const Vector psi = dense_state(circuit, parameters, inputs);
  const DensityMatrixSimulator simulator(circuit, {}, {});
  EXPECT_LT((matrix_of(simulator.final_state(parameters, inputs)) - psi * psi.adjoint()).norm(), 1e-13);
  EXPECT_THROW(simulator.final_state(parameters, std::vector<double>(6)), Error);
}

/// The whole noisy circuit on dense matrices.
Matrix dense_evolution(const Circuit& circuit, const NoiseModel& noise, std::span<const double> parameters,
                       std::span<const double> inputs) {
  const std::uint32_t qubits = circuit.qubits();
  Matrix rho = Matrix::Zero(Eigen::Index{1} << qubits, Eigen::Index{1} << qubits);
  rho(0, 0) = 1;
  for (const NoisyStep& step : noisy_steps(circuit, noise)) {
    if (step.channel) {
      rho = kraus_sum(rho, kraus_of(*step.channel), step.qubits, qubits);
    } else {
      const Matrix gate = dense_gate(qubits, circuit.gates()[step.gate], parameters, inputs);
      rho = gate * rho * gate.adjoint();
    }
  }
  return rho;
}

TEST(DensityMatrixSimulator, NoisyCircuitsAgreeWithDenseMatrices) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const Circuit circuit = random_circuit_of_all_gates(seed, 3, 25);
    RandomStream stream({seed, Purpose::test, 53, 0});
    const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 8, 2);
    NoiseModel noise = mixed_noise();
    noise.readout({0.02, 0.05}).readout(1, {0.1, 0});
    const Observable observable{{{0.7, 1, 4}, {-0.5, 6, 3}, {0.2, 0, 7}}};
    const DensityMatrixSimulator simulator(circuit, noise, {observable, Observable::pauli_z(1)});
    const auto one = std::span<const double>(inputs).first(4);
    const Matrix rho = dense_evolution(circuit, noise, parameters, one);
    EXPECT_LT((matrix_of(simulator.final_state(parameters, one)) - rho).norm(), 1e-12) << "seed " << seed;
    const auto outputs = simulator.run(parameters, inputs, 2);
    ASSERT_EQ(outputs.size(), 4u);
    // Z of qubit 1 is read as (b - a) + (1 - a - b) Z.
    const double z = (dense_observable(3, Observable::pauli_z(1)) * rho).trace().real();
    EXPECT_NEAR(outputs[1], -0.1 + 0.9 * z, 1e-12);
    const auto read = simulator.probabilities(parameters, one);
    double from_probabilities = 0;
    for (std::size_t j = 0; j < 8; ++j) from_probabilities += j >> 1 & 1 ? -read[j] : read[j];
    EXPECT_NEAR(from_probabilities, outputs[1], 1e-12);
  }
}

TEST(DensityMatrixSimulator, KnownClosedForms) {
  // Depolarising after each of m rotations shrinks <Z> by 1 - p each time.
  Circuit circuit(1);
  for (int m = 0; m < 5; ++m) circuit.rx(0, Angle::constant(0.3));
  const DensityMatrixSimulator depolarized(circuit, NoiseModel().after_every_gate(depolarizing(0.1)),
                                           {Observable::pauli_z(0)});
  EXPECT_NEAR(depolarized({}, {})[0], std::pow(0.9, 5) * std::cos(1.5), 1e-14);
  // T1: an excited qubit that rests for 20 identity gates of length 2. T2: a coherence that does.
  Circuit resting(2);
  resting.x(0).h(1);
  for (int m = 0; m < 20; ++m) resting.append({GateKind::identity, {0}}).append({GateKind::identity, {1}});
  const DensityMatrixSimulator relaxed(resting,
                                       NoiseModel().after({.kind = GateKind::identity}, thermal_relaxation(50, 30, 2)),
                                       {Observable::pauli_z(0), {{{1, 0b10, 0}}}});
  EXPECT_NEAR(relaxed({}, {})[0], 1 - 2 * std::exp(-40.0 / 50), 1e-13);
  EXPECT_NEAR(relaxed({}, {})[1], std::exp(-40.0 / 30), 1e-13);
}

TEST(DensityMatrixSimulator, ParameterShiftIsExactUnderNoise) {
  Circuit circuit(3);
  append_layers(circuit);
  NoiseModel noise = mixed_noise();
  noise.readout({0.02, 0.05});
  const DensityMatrixSimulator simulator(circuit, noise, {{{{0.7, 1, 4}, {-0.5, 6, 3}}}});
  RandomStream stream({1, Purpose::test, 54, 0});
  std::vector<double> parameters = random_values(stream, circuit.parameters(), 3);
  const auto at = [&](std::size_t index, double step) {
    std::vector<double> moved = parameters;
    moved[index] += step;
    return simulator(moved, {})[0];
  };
  for (std::size_t index = 0; index < parameters.size(); ++index) {
    const double shifted = (at(index, M_PI / 2) - at(index, -M_PI / 2)) / 2;
    EXPECT_NEAR(shifted, (at(index, 1e-4) - at(index, -1e-4)) / 2e-4, 1e-8);
  }
}

TEST(DensityMatrixSimulator, IsTheSameForAnyNumberOfThreads) {
  const Circuit circuit = random_circuit_of_all_gates(3, 8, 12);
  RandomStream stream({1, Purpose::test, 55, 0});
  const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 4, 2);
  const auto elements = [&](ThreadPool* pool) {
    const DensityMatrix rho =
        DensityMatrixSimulator(circuit, NoiseModel().after_every_gate(amplitude_damping(0.1)), {}, pool)
            .final_state(parameters, inputs);
    return std::vector<std::complex<double>>(rho.elements().begin(), rho.elements().end());
  };
  const auto alone = elements(nullptr);
  for (const std::size_t threads : {1, 2, 3}) {
    ThreadPool pool(threads);
    EXPECT_EQ(elements(&pool), alone);
  }
}

TEST(DensityMatrixErrors, MemoryIsAskedForFirstAndQubitsChecked) {
  EXPECT_THROW(DensityMatrix(40), Error);
  EXPECT_THROW(DensityMatrix(0), Error);
  DensityMatrix rho(2);
  const std::vector<std::uint32_t> outside = {2}, two = {0, 1}, twice = {1, 1};
  EXPECT_THROW(rho.apply(bit_flip(0.1), outside), Error);
  EXPECT_THROW(rho.apply(bit_flip(0.1), two), Error);
  EXPECT_THROW(rho.apply(depolarizing(0.1, 2), twice), Error);
  EXPECT_THROW(rho.measure(2), Error);
  EXPECT_THROW(rho.expectation(Observable::pauli_z(2)), Error);
  EXPECT_THROW(fidelity(rho, DensityMatrix(1)), Error);
  try {
    DensityMatrixSimulator(Circuit(20), {}, {});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::resource);
    EXPECT_THAT(error.what(), ::testing::HasSubstr("density matrix of 20 qubits needs 16777216.0 MiB"));
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
