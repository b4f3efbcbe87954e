#include "quantum_sim/noise/noise_model.h"

#include "core/error.h"
#include "quantum_sim/noise/channels.h"
#include "quantum_sim/noise_reference.h"

namespace tacit::quantum_sim::test {
namespace {

/// "g0 depolarizing(0) ..." for reading in assertions.
std::string printed(const Circuit& circuit, const NoiseModel& noise) {
  std::string text;
  for (const NoisyStep& step : noisy_steps(circuit, noise)) {
    if (!step.channel) {
      text += fmt::format("g{} ", step.gate);
      continue;
    }
    text += step.channel->name() + "(";
    for (const std::uint32_t qubit : step.qubits) text += std::to_string(qubit);
    text += ") ";
  }
  return text;
}

Circuit example() {
  Circuit circuit(3);
  circuit.h(0).cnot(0, 2).ry(1, Angle::constant(1)).measure(2, 0);
  return circuit;
}

TEST(NoiseModel, StrikesEachQubitOfAGateOrAllTogether) {
  EXPECT_EQ(printed(example(), NoiseModel().after_every_gate(bit_flip(0.1))),
            "g0 bit flip(0) g1 bit flip(2) bit flip(0) g2 bit flip(1) g3 ");
  EXPECT_EQ(printed(example(), NoiseModel().after({.qubit_count = 2}, depolarizing(0.1, 2))),
            "g0 g1 depolarizing(20) g2 g3 ");
  EXPECT_EQ(printed(example(), NoiseModel().after({.kind = GateKind::measure}, bit_flip(0.1))),
            "g0 g1 g2 g3 bit flip(2) ");
}

TEST(NoiseModel, FiltersByKindCountAndQubitsAndKeepsTheOrderOfRules) {
  NoiseModel noise;
  noise.after({.kind = GateKind::ry}, phase_flip(0.1))
      .after({.qubits = {1}}, bit_flip(0.1))
      .after({.kind = GateKind::h, .qubits = {1}}, bit_phase_flip(0.1));
  EXPECT_EQ(printed(example(), noise), "g0 g1 g2 phase flip(1) bit flip(1) g3 ");
}

TEST(NoiseModel, IdleQubitsSufferOncePerLayer) {
  // Layers: h0 ry1 | cnot02 | measure2; qubit 2 rests in layer 0, qubit 1 in layers 1 and 2, qubit 0 in layer 2.
  EXPECT_EQ(printed(example(), NoiseModel().on_idle(phase_flip(0.1))),
            "g0 phase flip(2) g1 g2 g3 phase flip(0) phase flip(1) phase flip(1) ");
}

TEST(NoiseModel, RefusesWhatDoesNotFit) {
  EXPECT_THROW(printed(example(), NoiseModel().after_every_gate(depolarizing(0.1, 2))), Error);
  EXPECT_THROW(printed(example(), NoiseModel().after({.qubits = {3}}, bit_flip(0.1))), Error);
  EXPECT_THROW(printed(example(), NoiseModel().readout(3, {0.1, 0.1})), Error);
  EXPECT_THROW(NoiseModel().readout(0, {1.1, 0}), Error);
  EXPECT_THROW(NoiseModel().readout({0, -0.1}), Error);
  EXPECT_THROW(NoiseModel().on_idle(depolarizing(0.1, 2)), Error);
}

TEST(Readout, ConfusesDistributionsByTheMatrixOfEachQubit) {
  const std::vector<ReadoutError> errors = {{0.1, 0.2}, {0, 0}, {0.3, 0.05}};
  RandomStream stream({1, Purpose::test, 40, 0});
  std::vector<double> before(8), after;
  for (double& probability : before) probability = stream.uniform();
  after = before;
  confuse(after, errors);
  for (std::uint64_t read = 0; read < 8; ++read) {
    double expected = 0;
    for (std::uint64_t is = 0; is < 8; ++is) {
      double factor = before[is];
      for (std::uint32_t qubit = 0; qubit < 3; ++qubit) {
        const bool one = is >> qubit & 1, reads_one = read >> qubit & 1;
        const double wrong = one ? errors[qubit].read_zero_of_one : errors[qubit].read_one_of_zero;
        factor *= one == reads_one ? 1 - wrong : wrong;
      }
      expected += factor;
    }
    EXPECT_NEAR(after[read], expected, 1e-15);
  }
}

TEST(Readout, ObservablesAverageToWhatIsRead) {
  const std::vector<ReadoutError> errors = {{0.1, 0.2}, {0.05, 0.05}, {0.3, 0}};
  const Observable observable{{{0.7, 0, 0b101}, {-0.4, 0, 0b010}, {2, 0, 0}, {0.3, 0, 0b111}}};
  RandomStream stream({2, Purpose::test, 40, 0});
  std::vector<double> truth(8);
  double total = 0;
  for (double& probability : truth) total += probability = stream.uniform();
  for (double& probability : truth) probability /= total;
  std::vector<double> read = truth;
  confuse(read, errors);
  const auto mean = [](const Observable& of, const std::vector<double>& distribution) {
    double sum = 0;
    for (std::uint64_t j = 0; j < 8; ++j)
      for (const PauliTerm& term : of.terms)
        sum += distribution[j] * term.coefficient * (parity(j & term.z_mask) ? -1 : 1);
    return sum;
  };
  EXPECT_NEAR(mean(as_read(observable, errors), truth), mean(observable, read), 1e-14);
  const std::vector<ReadoutError> uneven(13, {0.1, 0.2});
  EXPECT_THROW(as_read({{{1, 0, 0x1fff}}}, uneven), Error);
}

}  // namespace
}  // namespace tacit::quantum_sim::test
