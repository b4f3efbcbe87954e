#include "quantum_sim/circuit/encodings.h"

#include <complex>
#include <numbers>
#include <set>

#include "core/error.h"
#include "quantum_sim/random_problem.h"

namespace tacit::quantum_sim::test {
namespace {

TEST(Encodings, AngleEncodingPutsFeaturesOnConsecutiveQubits) {
  Circuit circuit(4);
  append_angle_encoding(circuit, Axis::y, 2, 0.5, 1);
  ASSERT_EQ(circuit.gates().size(), 2u);
  for (std::uint32_t feature = 0; feature < 2; ++feature) {
    const Gate& gate = circuit.gates()[feature];
    EXPECT_EQ(gate.kind, GateKind::ry);
    EXPECT_EQ(gate.targets[0], 1 + feature);
    EXPECT_EQ(gate.angles[0], Angle::input(feature, 0.5));
  }
  EXPECT_EQ(circuit.inputs(), 2u);
}

TEST(Encodings, TowerScalesArePowersOfTheBase) {
  Circuit circuit(6);
  append_fourier_tower(circuit, 2, 3, 5, 0.1);
  ASSERT_EQ(circuit.gates().size(), 6u);
  for (std::uint32_t place = 0; place < 6; ++place) {
    const Gate& gate = circuit.gates()[place];
    EXPECT_EQ(gate.kind, GateKind::rx);
    EXPECT_EQ(gate.targets[0], place);
    EXPECT_EQ(gate.angles[0].factor_array[0].index, place / 3);
    EXPECT_DOUBLE_EQ(gate.angles[0].scale, 0.1 * std::pow(5.0, place % 3));
  }
}

TEST(Encodings, ThatDoNotFitAreRefusedAndLeaveTheCircuitAlone) {
  Circuit circuit(3);
  EXPECT_THROW(append_fourier_tower(circuit, 2, 2), Error);
  EXPECT_THROW(append_angle_encoding(circuit, Axis::x, 3, 1, 1), Error);
  EXPECT_THROW(append_angle_encoding(circuit, Axis::x, 0xffffffffu, 1, 2), Error);
  EXPECT_TRUE(circuit.gates().empty());
}

// Kumar et al.: 2 parameters a qubit and layer; n = 6, 10 layers is their 120.
TEST(Encodings, HardwareEfficientAnsatzHasItsParameterCount) {
  Circuit circuit(6);
  EXPECT_EQ(append_hardware_efficient(circuit, 10, Entangler::cnot_chain), 120u);
  EXPECT_EQ(circuit.parameters(), 120u);
  EXPECT_EQ(circuit.gates().size(), 10u * (2 * 6 + 5));
  Circuit ring(6);
  EXPECT_EQ(append_hardware_efficient(ring, 2, Entangler::cnot_ring, 7), 31u);
  EXPECT_EQ(ring.gates().size(), 2u * (2 * 6 + 6));
  EXPECT_EQ(ring.gates()[0].angles[0], Angle::parameter(7));
}

TEST(Encodings, RingOfOneQubitHasNoCnot) {
  Circuit circuit(1);
  append_hardware_efficient(circuit, 1, Entangler::cnot_ring);
  EXPECT_EQ(circuit.gates().size(), 2u);
}

// The spectrum of an output as a function of one input, by a discrete Fourier transform over one period.
std::vector<double> spectrum(const Circuit& circuit, const Observable& observable, std::size_t points) {
  Problem problem = problem_of(17, circuit, {observable}, points);
  for (std::size_t point = 0; point < points; ++point)
    problem.inputs[point] = 2 * std::numbers::pi * static_cast<double>(point) / static_cast<double>(points);
  BatchSimulator<double> simulator(circuit, {observable});
  const std::vector<double> values = forward(simulator, problem);
  std::vector<double> magnitudes;
  for (std::size_t frequency = 0; frequency <= points / 2; ++frequency) {
    std::complex<double> sum = 0;
    for (std::size_t point = 0; point < points; ++point)
      sum += values[point] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(frequency * point % points) /
                                                 static_cast<double>(points));
    magnitudes.push_back(std::abs(sum) / static_cast<double>(points));
  }
  return magnitudes;
}

// R_X(x) and R_X(5 x) give frequencies {-1, 0, 1} + 5 {-1, 0, 1}. The tower acts on a state with an X component,
// without which frequency 0 of a qubit vanishes.
TEST(Encodings, TowerOfBaseFiveHoldsItsFrequenciesAndNoOthers) {
  Circuit circuit(2);
  circuit.ry(0, Angle::constant(0.6)).ry(1, Angle::constant(-0.9));
  append_fourier_tower(circuit, 1, 2, 5);
  append_hardware_efficient(circuit, 3, Entangler::cnot_chain);
  const std::vector<double> magnitudes = spectrum(circuit, {{{1.0, 0b01, 0b10}, {0.7, 0, 0b11}, {0.4, 0b10, 0}}}, 64);
  const std::set<std::size_t> expected{0, 1, 4, 5, 6};
  for (std::size_t frequency = 0; frequency < magnitudes.size(); ++frequency) {
    if (expected.count(frequency))
      EXPECT_GT(magnitudes[frequency], 1e-4) << frequency;
    else
      EXPECT_LT(magnitudes[frequency], 1e-13) << frequency;
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
