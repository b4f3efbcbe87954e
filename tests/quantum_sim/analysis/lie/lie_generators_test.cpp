#include "quantum_sim/analysis/lie/lie_generators.h"

#include <numbers>

#include "core/error.h"
#include "quantum_sim/analysis/lie/lie_algebra.h"
#include "quantum_sim/analysis/lie/lie_reference.h"
#include "quantum_sim/batch/batch_simulator.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::quantum_sim::test {
namespace {

std::vector<std::string> texts(const std::vector<PauliSum>& sums) {
  std::vector<std::string> result;
  for (const PauliSum& sum : sums) result.push_back(to_string(sum));
  return result;
}

std::vector<std::string> generator_texts(const Circuit& circuit, const GeneratorSources& sources = {}) {
  return texts(generators(lower_to_strings(circuit), sources));
}

// exp(-i angle Z Z / 2) from gates.
void append_zz(Circuit& circuit, std::uint32_t first, std::uint32_t second, const Angle& angle) {
  circuit.cnot(first, second).rz(second, angle).cnot(first, second);
}

TEST(Generators, SharedParametersOfOneLayerMakeOneSum) {
  Circuit circuit(3);
  for (std::uint32_t layer = 0; layer < 3; ++layer) {
    for (std::uint32_t qubit = 0; qubit < 2; ++qubit)
      append_zz(circuit, qubit, qubit + 1, Angle::parameter(2 * layer, 2));
    for (std::uint32_t qubit = 0; qubit < 3; ++qubit) circuit.rx(qubit, Angle::parameter(2 * layer + 1));
  }
  // All layers have the same two.
  EXPECT_EQ(generator_texts(circuit), (std::vector<std::string>{"ZZI + IZZ", "XII + IXI + IIX"}));
  EXPECT_EQ(dynamical_lie_algebra(circuit).dimension, 9u);
}

TEST(Generators, ParametersOfTheirOwnMakeStrings) {
  Circuit circuit(3);
  for (std::uint32_t qubit = 0; qubit < 2; ++qubit) append_zz(circuit, qubit, qubit + 1, Angle::parameter(qubit));
  for (std::uint32_t qubit = 0; qubit < 3; ++qubit) circuit.rx(qubit, Angle::parameter(2 + qubit));
  EXPECT_EQ(generator_texts(circuit), (std::vector<std::string>{"ZZI", "IZZ", "XII", "IXI", "IIX"}));
  EXPECT_EQ(summarise(dynamical_lie_algebra(circuit)).structure, "su(4)");
}

// A parameter that comes again behind what does not commute generates there anew; behind what does, it joins.
TEST(Generators, SharedParametersApartGenerateApart) {
  Circuit apart(2);
  apart.rx(0, Angle::parameter(0)).rz(1, Angle::parameter(1)).rx(1, Angle::parameter(0));
  EXPECT_EQ(generator_texts(apart), (std::vector<std::string>{"XI", "IZ", "IX"}));
  Circuit beside(2);
  beside.rx(0, Angle::parameter(0)).rz(0, Angle::parameter(1)).rx(1, Angle::parameter(0));
  EXPECT_EQ(generator_texts(beside), (std::vector<std::string>{"XI + IX", "ZI"}));
}

TEST(Generators, CliffordGatesAreConjugatedIn) {
  Circuit circuit(2);
  // X on the control of an earlier CNOT is X X before it.
  circuit.cnot(0, 1).rx(0, Angle::parameter(0)).rz(1, Angle::parameter(1));
  EXPECT_EQ(generator_texts(circuit), (std::vector<std::string>{"XX", "ZZ"}));
  // So do fixed rotations by right angles: R_X(pi/2)^dagger Z R_X(pi/2) = Y, and by a half turn only the sign.
  Circuit turned(1);
  turned.rx(0, Angle::constant(std::numbers::pi / 2)).rz(0, Angle::parameter(0));
  turned.rx(0, Angle::constant(std::numbers::pi)).rz(0, Angle::parameter(1));
  EXPECT_EQ(generator_texts(turned), std::vector<std::string>{"Y"});
}

TEST(Generators, SourcesChoose) {
  Circuit circuit(2);
  circuit.rx(0, Angle::input(0)).ry(0, Angle::constant(0.3)).rz(0, Angle::parameter(0)).rz(1, Angle::parameter(0));
  circuit.rx(1, Angle::parameter(1, 1, 0.5));
  EXPECT_EQ(generator_texts(circuit), (std::vector<std::string>{"YI", "ZI + IZ", "IX"}));
  EXPECT_EQ(generator_texts(circuit, {true, true, false}), (std::vector<std::string>{"XI", "ZI + IZ", "IX"}));
  EXPECT_EQ(generator_texts(circuit, {false, true, false}), std::vector<std::string>{"XI"});
  EXPECT_TRUE(generator_texts(circuit, {false, false, false}).empty());
}

TEST(Generators, HardwareEfficientAnsatzIsUniversal) {
  Circuit circuit(4);
  append_hardware_efficient(circuit, 6, Entangler::cnot_ring);
  EXPECT_EQ(summarise(dynamical_lie_algebra(circuit)).structure, "su(16)");
}

TEST(Generators, ControlledRotationsAreSums) {
  Circuit circuit(2);
  circuit.h(0).crx(0, 1, Angle::parameter(0));
  // X (1 - X) / 2, as H turns the control's Z into an X.
  EXPECT_EQ(generator_texts(circuit), std::vector<std::string>{"IX - XX"});
  Circuit pauli(3);
  pauli.pauli_rotation("XYZ", {2, 0, 1}, Angle::parameter(0)).rzz(0, 2, Angle::parameter(1));
  EXPECT_EQ(generator_texts(pauli), (std::vector<std::string>{"YZX", "ZIZ"}));
  // Fixed gates that are no Clifford gates: one generator each, up to a phase.
  Circuit fixed(3);
  fixed.toffoli(0, 1, 2).t(2);
  EXPECT_EQ(generators(lower_to_strings(fixed)).size(), 2u);
  EXPECT_EQ(generators(lower_to_strings(fixed))[0].terms.size(), 7u);
}

// Also with fixed rotations that become part of the frame.
TEST(StringLowering, KeepsOutputs) {
  RandomStream stream({2, Purpose::test, 0, 0});
  for (int round = 0; round < 10; ++round) {
    Circuit circuit(3);
    for (int gate = 0; gate < 25; ++gate) {
      const auto qubit = static_cast<std::uint32_t>(stream.below(3));
      const bool is_fixed = stream.below(2) == 0;
      const Angle angle = is_fixed ? Angle::constant(std::numbers::pi / 2 * (static_cast<double>(stream.below(9)) - 4))
                                   : Angle::parameter(static_cast<std::uint32_t>(stream.below(4)));
      const std::uint64_t kind = stream.below(4);
      if (kind == 0) circuit.rx(qubit, angle);
      if (kind == 1) circuit.ry(qubit, angle);
      if (kind == 2) circuit.rz(qubit, angle);
      if (kind == 3) circuit.cnot(qubit, (qubit + 1) % 3);
    }
    circuit.rx(0, Angle::parameter(3));
    const std::vector<Observable> observables{{{{1, 0b001, 0b011}}}, {{{0.5, 0b110, 0b111}, {1, 0, 0b100}}}};
    const ObservedPauliCircuit lowered = lower_to_strings(circuit, observables);
    // Written as gates on dense matrices.
    const std::vector<double> parameters{0.3, -1.1, 2.2, 0.7};
    Vector state = Vector::Zero(8);
    state(0) = 1;
    for (const PauliStringRotation& rotation : lowered.circuit.rotations()) {
      ASSERT_FALSE(rotation.terms.empty());
      double angle = rotation.offset;
      for (const AngleTerm& term : rotation.terms) angle += value(term.angle, parameters, {});
      state =
          std::cos(angle / 2) * state - std::complex<double>(0, std::sin(angle / 2)) * (dense(rotation.string) * state);
    }
    const std::vector<double> expected = dense_outputs(circuit, observables, parameters, {});
    for (std::size_t output = 0; output < 2; ++output)
      EXPECT_NEAR(state.dot(dense(lowered.observables[output]) * state).real(), expected[output], 1e-12);
  }
}

}  // namespace
}  // namespace tacit::quantum_sim::test
