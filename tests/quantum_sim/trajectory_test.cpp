#include "core/error.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise/density_matrix_simulator.h"
#include "quantum_sim/noise/trajectory_simulator.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

template <class T>
using Method = typename TrajectorySimulator<T>::Method;

const std::vector<Observable> three_observables = {
    Observable::pauli_z(0), {{{0.7, 1, 4}, {-0.5, 6, 3}, {0.2, 0, 7}}}, {{{1, 0b100, 0b100}}}};

/// Every mean within 4.5 standard errors of the density matrix: with some 100 comparisons, 1 in 1400 by chance.
template <class T>
void expect_agreement(const Circuit& circuit, const NoiseModel& noise, Method<T> method, bool uses_frames,
                      std::size_t trajectories = 4000) {
  RandomStream stream({circuit.gates().size(), Purpose::test, 60, 0});
  const auto parameters = random_values(stream, circuit.parameters(), 3);
  const auto inputs = random_values(stream, 2 * circuit.inputs(), 2);
  const auto exact = DensityMatrixSimulator(circuit, noise, three_observables).run(parameters, inputs, 2);
  TrajectorySimulator<T> simulator(circuit, noise, three_observables, nullptr, method);
  EXPECT_EQ(simulator.uses_pauli_frames(), uses_frames);
  const auto estimates = simulator.run(parameters, inputs, 2, trajectories, 17);
  ASSERT_EQ(estimates.size(), exact.size());
  for (std::size_t place = 0; place < exact.size(); ++place) {
    EXPECT_LT(estimates[place].standard_error, 0.05);
    EXPECT_NEAR(estimates[place].mean, exact[place], 4.5 * estimates[place].standard_error + 2e-5) << "value " << place;
  }
}

TEST(Trajectories, AgreeWithTheDensityMatrixUnderDamping) {
  NoiseModel noise;
  noise.after_every_gate(amplitude_damping(0.05)).readout({0.02, 0.05});
  expect_agreement<double>(random_circuit_of_all_gates(1, 3, 20), noise, Method<double>::automatic, false);
  expect_agreement<float>(random_circuit_of_all_gates(2, 3, 20), noise, Method<float>::automatic, false);
}

TEST(Trajectories, AgreeWithTheDensityMatrixUnderRelaxationAndUnitaryErrors) {
  NoiseModel noise;
  noise.after_every_gate(thermal_relaxation(30, 40, 2, 0.2))
      .after({.qubit_count = 2}, over_rotation("XY", 0.2))
      .after({.qubit_count = 1}, generalized_amplitude_damping(0.05, 0.3))
      .on_idle(phase_damping(0.05));
  expect_agreement<double>(random_circuit_of_all_gates(3, 3, 20), noise, Method<double>::automatic, false);
}

TEST(Trajectories, AgreeWithTheDensityMatrixUnderAnyChannel) {
  // Isometries: neither mixtures nor of diagonal effects.
  RandomStream stream({1, Purpose::test, 61, 0});
  NoiseModel noise;
  for (const std::size_t qubits : {1, 2}) {
    const Eigen::Index rows = Eigen::Index{1} << qubits;
    const Matrix dilation = random_unitary(stream, 3 * rows);
    std::vector<Channel::Matrix> kraus;
    for (Eigen::Index k = 0; k < 3; ++k) kraus.push_back(row_major(dilation.block(k * rows, 0, rows, rows)));
    noise.after({.qubit_count = qubits}, Channel("random", kraus));
  }
  expect_agreement<double>(random_circuit_of_all_gates(4, 3, 12), noise, Method<double>::automatic, false);
}

TEST(Trajectories, AgreeWithTheDensityMatrixAcrossMeasurementAndReset) {
  Circuit circuit(3);
  circuit.ry(0, Angle::parameter(0)).cnot(0, 1).measure(0, 0).rx(0, Angle::input(0)).h(2).cnot(0, 2);
  circuit.reset(1).ry(1, Angle::parameter(1)).cnot(2, 1);
  NoiseModel noise;
  noise.after({.kind = GateKind::measure}, bit_flip(0.1)).after_every_gate(depolarizing(0.02));
  expect_agreement<double>(circuit, noise, Method<double>::automatic, false);
}

NoiseModel pauli_noise() {
  const std::vector<std::pair<std::string_view, double>> strings = {{"XZ", 0.03}, {"YI", 0.02}};
  NoiseModel noise;
  noise.after_every_gate(depolarizing(0.03))
      .after({.qubit_count = 2}, depolarizing(0.05, 2))
      .after({.qubit_count = 2}, pauli_channel(strings))
      .on_idle(phase_damping(0.05))
      .readout({0.02, 0.05});
  return noise;
}

TEST(PauliFrames, AgreeWithTheDensityMatrix) {
  expect_agreement<double>(random_circuit_of_all_gates(5, 3, 25), pauli_noise(), Method<double>::automatic, true,
                           20000);
  expect_agreement<float>(random_circuit_of_all_gates(6, 3, 25), pauli_noise(), Method<float>::automatic, true, 20000);
}

TEST(PauliFrames, GiveEveryTrajectoryTheValueOfGateByGateExecution) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const Circuit circuit = random_circuit_of_all_gates(seed, 4, 30);
    RandomStream stream({seed, Purpose::test, 62, 0});
    const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 12, 2);
    TrajectorySimulator<double> fast(circuit, pauli_noise(), three_observables);
    TrajectorySimulator<double> slow(circuit, pauli_noise(), three_observables, nullptr, Method<double>::gate_by_gate);
    ASSERT_TRUE(fast.uses_pauli_frames());
    ASSERT_FALSE(slow.uses_pauli_frames());
    const auto expected = slow.values(parameters, inputs, 3, 100, seed);
    EXPECT_TRUE(all_near(fast.values(parameters, inputs, 3, 100, seed), expected, 1e-11)) << "seed " << seed;
    // The noise did something.
    EXPECT_NE(expected[0], expected[3 * 50]);
  }
}

TEST(PauliFrames, CliffordCircuitsHaveNoAngleAtAll) {
  Circuit circuit(3);
  circuit.h(0).s(0).cnot(0, 1).cz(1, 2).swap(0, 2).append({GateKind::sqrt_x, {1}}).iswap(0, 1).cy(2, 0);
  expect_agreement<double>(circuit, pauli_noise(), Method<double>::automatic, true, 8000);
}

TEST(PauliFrames, GradientsAreThoseOfTheMeans) {
  const Circuit circuit = random_circuit_of_all_gates(8, 3, 25);
  RandomStream stream({8, Purpose::test, 63, 0});
  auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 12, 2);
  const auto upstream = random_values(stream, 9, 1);
  TrajectorySimulator<double> simulator(circuit, pauli_noise(), three_observables);
  std::vector<double> of_parameters(4), of_inputs(12);
  simulator.gradient(parameters, inputs, 3, 150, 5, upstream, of_parameters, of_inputs);
  const auto loss = [&] {
    double sum = 0;
    const auto estimates = simulator.run(parameters, inputs, 3, 150, 5);
    for (std::size_t place = 0; place < 9; ++place) sum += upstream[place] * estimates[place].mean;
    return sum;
  };
  const auto differences = [&](std::vector<double>& values, const std::vector<double>& gradient) {
    for (std::size_t place = 0; place < values.size(); ++place) {
      const double before = values[place];
      values[place] = before + 1e-5;
      const double above = loss();
      values[place] = before - 1e-5;
      const double below = loss();
      values[place] = before;
      EXPECT_NEAR(gradient[place], (above - below) / 2e-5, 1e-7) << "value " << place;
    }
  };
  differences(parameters, of_parameters);
  differences(inputs, of_inputs);
}

TEST(Trajectories, AreTheSameForAnyNumberOfThreadsAndTrajectories) {
  const Circuit circuit = random_circuit_of_all_gates(9, 3, 15);
  RandomStream stream({9, Purpose::test, 64, 0});
  const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 8, 2);
  const auto upstream = random_values(stream, 6, 1);
  NoiseModel damping;
  damping.after_every_gate(amplitude_damping(0.1));
  for (const NoiseModel& noise : {damping, pauli_noise()}) {
    const auto run = [&](std::size_t trajectories, ThreadPool* pool) {
      TrajectorySimulator<double> simulator(circuit, noise, three_observables, pool);
      auto values = simulator.values(parameters, inputs, 2, trajectories, 3);
      if (!simulator.uses_pauli_frames()) return values;
      std::vector<double> of_parameters(4), of_inputs(8);
      simulator.gradient(parameters, inputs, 2, trajectories, 3, upstream, of_parameters, of_inputs);
      values.insert(values.end(), of_parameters.begin(), of_parameters.end());
      values.insert(values.end(), of_inputs.begin(), of_inputs.end());
      return values;
    };
    const auto alone = run(700, nullptr);
    for (const std::size_t threads : {1, 2, 3}) {
      ThreadPool pool(threads);
      EXPECT_EQ(run(700, &pool), alone) << threads << " threads";
    }
    const auto fewer = run(100, nullptr);
    EXPECT_TRUE(std::equal(fewer.begin(), fewer.begin() + 300, alone.begin()));
  }
}

TEST(Trajectories, OfPureStatesAllAgree) {
  const Circuit circuit = random_circuit_of_all_gates(10, 3, 25);
  RandomStream stream({10, Purpose::test, 65, 0});
  const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 4, 2);
  for (const auto method : {Method<double>::automatic, Method<double>::gate_by_gate}) {
    TrajectorySimulator<double> simulator(circuit, {}, three_observables, nullptr, method);
    const auto estimates = simulator.run(parameters, inputs, 1, 5, 1);
    const auto expected = dense_outputs(circuit, three_observables, parameters, inputs);
    for (std::size_t k = 0; k < 3; ++k) {
      EXPECT_NEAR(estimates[k].mean, expected[k], 1e-12);
      EXPECT_NEAR(estimates[k].standard_error, 0, 1e-14);
    }
  }
}

TEST(Trajectories, StartFromEncodedAmplitudes) {
  Circuit circuit(3);
  circuit.encode_amplitudes(6).ry(1, Angle::parameter(0)).cnot(1, 0).h(2);
  expect_agreement<double>(circuit, NoiseModel().after_every_gate(depolarizing(0.1)), Method<double>::automatic, false);
  expect_agreement<double>(circuit, NoiseModel().after_every_gate(amplitude_damping(0.1)), Method<double>::automatic,
                           false);
}

TEST(Trajectories, ManyWeakDampingsDoNotLoseTheState) {
  // The state is left unnormalised where nothing jumps: 2000 times a weight of at least 0.99 each.
  Circuit circuit(2);
  circuit.x(0).h(1);
  for (int repeat = 0; repeat < 1000; ++repeat)
    circuit.append({GateKind::identity, {0}}).append({GateKind::identity, {1}});
  TrajectorySimulator<float> simulator(circuit,
                                       NoiseModel().after({.kind = GateKind::identity}, amplitude_damping(0.01)),
                                       {Observable::pauli_z(0), Observable::pauli_z(1)});
  for (const TrajectoryEstimate& estimate : simulator.run({}, {}, 1, 50, 2)) EXPECT_NEAR(estimate.mean, 1, 1e-3);
}

// Shots.

TEST(Shots, OfAGhzStateHaveEqualBitsAndMeasurementsWithinAgree) {
  Circuit circuit(4);
  circuit.h(0).cnot(0, 1).cnot(1, 2).measure(0, 2).measure(2, 0).cnot(2, 3);
  const TrajectorySimulator<float> simulator(circuit, {}, {});
  const auto shots = simulator.shots({}, {}, 2000, 4);
  std::size_t ones = 0;
  for (std::size_t shot = 0; shot < 2000; ++shot) {
    const bool bit = shots.outcomes[shot] & 1;
    EXPECT_EQ(shots.outcomes[shot], bit ? 15u : 0u);
    EXPECT_EQ(shots.classical_bits[3 * shot], bit);
    EXPECT_EQ(shots.classical_bits[3 * shot + 1], 0);
    EXPECT_EQ(shots.classical_bits[3 * shot + 2], bit);
    ones += bit;
  }
  EXPECT_NEAR(static_cast<double>(ones), 1000, 4.5 * std::sqrt(500));
}

TEST(Shots, ResetGivesZeroAndLeavesTheRestMixed) {
  Circuit circuit(2);
  circuit.h(0).cnot(0, 1).reset(0);
  const auto shots = TrajectorySimulator<double>(circuit, {}, {}).shots({}, {}, 2000, 5);
  std::size_t ones = 0;
  for (const std::uint64_t outcome : shots.outcomes) {
    EXPECT_EQ(outcome & 1, 0u);
    ones += outcome >> 1;
  }
  EXPECT_NEAR(static_cast<double>(ones), 1000, 4.5 * std::sqrt(500));
}

TEST(Shots, FollowTheDensityMatrixWithReadoutErrors) {
  const Circuit circuit = random_circuit_of_all_gates(11, 3, 20);
  RandomStream stream({11, Purpose::test, 66, 0});
  const auto parameters = random_values(stream, 4, 3), inputs = random_values(stream, 4, 2);
  constexpr std::size_t count = 20'000;
  for (NoiseModel noise : {NoiseModel(), NoiseModel().after_every_gate(amplitude_damping(0.05))}) {
    noise.readout({0.05, 0.1}).readout(1, {0, 0});
    const auto exact = DensityMatrixSimulator(circuit, noise, {}).probabilities(parameters, inputs);
    ThreadPool pool(2);
    const auto shots = TrajectorySimulator<double>(circuit, noise, {}, &pool).shots(parameters, inputs, count, 6);
    std::vector<double> counts(8);
    for (const std::uint64_t outcome : shots.outcomes) ++counts[outcome];
    for (std::size_t outcome = 0; outcome < 8; ++outcome)
      EXPECT_NEAR(counts[outcome] / count, exact[outcome],
                  4.5 * std::sqrt(exact[outcome] * (1 - exact[outcome]) / count) + 1e-12);
    EXPECT_EQ(TrajectorySimulator<double>(circuit, noise, {}).shots(parameters, inputs, count, 6).outcomes,
              shots.outcomes);
  }
}

TEST(Shots, ClassicalBitsAreMisreadAsOftenAsSaid) {
  Circuit circuit(2);
  circuit.x(1).measure(0, 0).measure(1, 1);
  NoiseModel noise;
  noise.readout(0, {0.1, 0}).readout(1, {0, 0.3});
  const auto shots = TrajectorySimulator<double>(circuit, noise, {}).shots({}, {}, 10'000, 8);
  double wrong[2] = {};
  for (std::size_t shot = 0; shot < 10'000; ++shot) {
    wrong[0] += shots.classical_bits[2 * shot];
    wrong[1] += 1 - shots.classical_bits[2 * shot + 1];
  }
  EXPECT_NEAR(wrong[0] / 1e4, 0.1, 4.5 * std::sqrt(0.09 / 1e4));
  EXPECT_NEAR(wrong[1] / 1e4, 0.3, 4.5 * std::sqrt(0.21 / 1e4));
}

TEST(TrajectoryErrors, BadCallsAreRefused) {
  Circuit circuit(2);
  circuit.ry(0, Angle::parameter(0)).rx(1, Angle::input(0));
  TrajectorySimulator<double> frames(circuit, {}, {Observable::pauli_z(0)});
  TrajectorySimulator<double> damped(circuit, NoiseModel().after_every_gate(amplitude_damping(0.1)),
                                     {Observable::pauli_z(0)});
  const std::vector<double> one = {0.5}, two = {0.5, 0.5}, bad = {NAN};
  std::vector<double> gradient(1), of_inputs(1);
  for (auto* simulator : {&frames, &damped}) {
    EXPECT_THROW(simulator->run(one, one, 1, 1, 0), Error);
    EXPECT_THROW(simulator->run(two, one, 1, 10, 0), Error);
    EXPECT_THROW(simulator->run(one, two, 1, 10, 0), Error);
    EXPECT_THROW(simulator->run(bad, one, 1, 10, 0), Error);
    EXPECT_THROW(simulator->shots(one, one, 0, 0), Error);
    EXPECT_THROW(simulator->run(one, two, 2, std::size_t{1} << 31, 0), Error);
    EXPECT_NO_THROW(simulator->run(one, one, 1, 2, 0));
  }
  for (auto* simulator : {&frames, &damped}) try {
      simulator->run(one, bad, 1, 10, 0);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("gate 1 (R_X on qubit 1)"));
    }
  EXPECT_THROW(damped.gradient(one, one, 1, 10, 0, one, gradient, of_inputs), Error);
  EXPECT_THROW(frames.gradient(one, one, 1, 10, 0, two, gradient, of_inputs), Error);
  EXPECT_THROW(frames.gradient(one, one, 1, 10, 0, one, {}, of_inputs), Error);
  EXPECT_THROW(TrajectorySimulator<double>(Circuit(31), {}, {}), Error);
  EXPECT_THROW(TrajectorySimulator<double>(circuit, {}, {Observable::pauli_z(2)}), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
