#include <numbers>

#include "core/random.h"
#include "quantum_sim/circuit_unitary.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "quantum_sim/random_problem.h"
#include "refusal.h"

namespace tacit::quantum_sim::test {
namespace {

using Complex = std::complex<double>;

Angle random_angle(RandomStream& stream) {
  const auto factor = [&] {
    return Angle::Factor{stream.below(2) ? Angle::Source::input : Angle::Source::parameter,
                         static_cast<std::uint32_t>(stream.below(3)),
                         stream.below(3) ? Angle::Function::identity : Angle::Function::arccos,
                         stream.below(2) ? stream.uniform(-2, 2) : 0};
  };
  Angle angle = Angle::constant(stream.uniform(-4, 4));
  const std::uint64_t kind = stream.below(3);
  if (kind > 0) angle = Angle::product(factor(), factor(), stream.below(2) ? 1 : stream.uniform(-2, 2), angle.offset);
  angle.factor_count = static_cast<std::uint32_t>(kind);
  if (kind == 1) angle.factor_array[0].shift = 0, angle.factor_array[1] = {};
  return angle;
}

std::vector<Complex> random_unitary(RandomStream& stream, std::size_t qubits) {
  const Eigen::Index size = Eigen::Index{1} << qubits;
  const Matrix random = Matrix::NullaryExpr(size, size, [&] { return Complex(stream.normal(), stream.normal()); });
  const Matrix q = Eigen::HouseholderQR<Matrix>(random).householderQ();
  std::vector<Complex> entries;
  for (Eigen::Index row = 0; row < size; ++row)
    for (Eigen::Index column = 0; column < size; ++column) entries.push_back(q(row, column));
  return entries;
}

/// A gate of any unitary kind that OpenQASM can say, with up to `most` controls.
Gate random_gate(RandomStream& stream, std::uint32_t qubits, std::uint64_t most) {
  std::vector<std::uint32_t> order(qubits);
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) order[qubit] = qubit;
  stream.shuffle(std::span(order));
  Gate gate;
  gate.kind = static_cast<GateKind>(stream.below(static_cast<std::uint64_t>(GateKind::measure)));
  std::size_t targets = 1;
  if (gate.kind == GateKind::swap || gate.kind == GateKind::iswap) targets = 2;
  if (gate.kind == GateKind::pauli_rotation || gate.kind == GateKind::diagonal || gate.kind == GateKind::unitary)
    targets = 1 + stream.below(std::min<std::uint64_t>(3, qubits));
  gate.targets.assign(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(targets));
  for (std::size_t count = stream.below(std::min<std::uint64_t>(most, qubits - targets) + 1); count > 0; --count)
    gate.controls.push_back(order[targets + count - 1]);
  for (std::size_t count = angle_count(gate.kind); count > 0; --count) gate.angles.push_back(random_angle(stream));
  if (gate.kind == GateKind::unitary)
    gate.matrix = std::make_shared<const std::vector<Complex>>(random_unitary(stream, targets));
  if (gate.kind == GateKind::diagonal) {
    std::vector<Complex> entries(std::size_t{1} << targets);
    for (Complex& entry : entries) entry = std::polar(1.0, stream.uniform(-3, 3));
    gate.matrix = std::make_shared<const std::vector<Complex>>(std::move(entries));
  }
  if (gate.kind == GateKind::pauli_rotation) {
    for (const std::uint32_t target : gate.targets) {
      const std::uint64_t letter = 1 + stream.below(3);
      gate.x_mask |= (letter & 1) << target;
      gate.z_mask |= (letter >> 1) << target;
    }
    std::sort(gate.targets.begin(), gate.targets.end());
  }
  return gate;
}

Circuit random_circuit(std::uint64_t seed, std::uint32_t qubits, std::size_t gates, std::uint64_t most_controls) {
  RandomStream stream({seed, Purpose::test, 7, 0});
  Circuit circuit(qubits);
  for (std::size_t count = 0; count < gates; ++count) circuit.append(random_gate(stream, qubits, most_controls));
  return circuit;
}

TEST(OpenQasmRoundTrip, RandomCircuitsOfEveryKindInVersion3) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Circuit circuit = random_circuit(seed, 2 + seed % 3, 12, 3);
    const std::string text = export_openqasm3(circuit);
    const Circuit again = import_openqasm(text).circuit;
    ASSERT_EQ(again.parameters(), circuit.parameters()) << text;
    ASSERT_EQ(again.inputs(), circuit.inputs()) << text;
    RandomStream stream({seed, Purpose::test, 8, 0});
    const std::vector<double> theta = random_values(stream, 3, 1), x = random_values(stream, 3, 1);
    EXPECT_LT(distance_up_to_phase(circuit_unitary(again, theta, x), circuit_unitary(circuit, theta, x)), 1e-12)
        << "seed " << seed << "\n"
        << text;
    // What was read once is written and read again gate by gate.
    EXPECT_EQ(export_openqasm3(import_openqasm(export_openqasm3(again)).circuit), export_openqasm3(again));
  }
}

TEST(OpenQasmRoundTrip, RandomCircuitsOfEveryKindInVersion2) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const Circuit circuit = random_circuit(seed, 2 + seed % 4, 12, 4);
    RandomStream stream({seed, Purpose::test, 8, 0});
    const std::vector<double> theta = random_values(stream, 3, 1), x = random_values(stream, 3, 1);
    const std::string text = export_openqasm2(circuit, theta, x);
    const OpenQasmCircuit again = import_openqasm(text);
    EXPECT_EQ(again.version, 2);
    EXPECT_LT(distance_up_to_phase(circuit_unitary(again.circuit), circuit_unitary(circuit, theta, x)), 1e-11)
        << "seed " << seed << "\n"
        << text;
  }
}

TEST(OpenQasmRoundTrip, AnglesComeBackBitByBit) {
  RandomStream stream({3, Purpose::test, 9, 0});
  Circuit circuit(2);
  for (int count = 0; count < 500; ++count) circuit.rx(0, random_angle(stream)).crz(0, 1, random_angle(stream));
  const Circuit again = import_openqasm(export_openqasm3(circuit)).circuit;
  ASSERT_EQ(again.gates().size(), circuit.gates().size());
  for (std::size_t place = 0; place < circuit.gates().size(); ++place) {
    EXPECT_EQ(again.gates()[place].kind, circuit.gates()[place].kind);
    EXPECT_EQ(again.gates()[place].controls, circuit.gates()[place].controls);
    EXPECT_EQ(again.gates()[place].angles[0], circuit.gates()[place].angles[0]) << place;
  }
}

TEST(OpenQasmRoundTrip, MeasurementsAndResets) {
  Circuit circuit(3);
  circuit.h(0).measure(0, 2).reset(0).cnot(1, 2).measure(2, 0);
  for (const std::string& text : {export_openqasm3(circuit), export_openqasm2(circuit)}) {
    const Circuit again = import_openqasm(text).circuit;
    ASSERT_EQ(again.gates().size(), 5u) << text;
    EXPECT_EQ(again.gates()[1].classical_bit, 2u);
    EXPECT_EQ(again.gates()[2].kind, GateKind::reset);
    EXPECT_EQ(again.gates()[4].targets[0], 2u);
    EXPECT_EQ(again.classical_bits(), 3u);
  }
}

// The special cases of the angles of a matrix: diagonal, off the diagonal, and a phase that a control shows.
TEST(OpenQasmRoundTrip, MatricesOfOneQubit) {
  const Complex i{0, 1};
  for (const std::vector<Complex>& matrix :
       {std::vector<Complex>{1, 0, 0, 1}, {i, 0, 0, -1}, {0, 1, 1, 0}, {0, -i, i, 0}, {0, 1, -1, 0}, {-1, 0, 0, -1}}) {
    Circuit circuit(2);
    circuit.append({.kind = GateKind::unitary,
                    .targets = {1},
                    .controls = {0},
                    .matrix = std::make_shared<const std::vector<Complex>>(matrix)});
    for (const std::string& text : {export_openqasm3(circuit), export_openqasm2(circuit)})
      EXPECT_LT((circuit_unitary(import_openqasm(text).circuit) - circuit_unitary(circuit)).cwiseAbs().maxCoeff(),
                1e-14)
          << text;
  }
}

TEST(OpenQasmExport, RefusesWhatOpenQasmCannotSay) {
  Circuit amplitudes(2);
  amplitudes.encode_amplitudes(3);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_openqasm3(amplitudes); }), ::testing::HasSubstr("amplitude"));
  Circuit free(1);
  free.rx(0, Angle::parameter(2));
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_openqasm2(free); }), ::testing::HasSubstr("3 parameters"));
  EXPECT_THAT(refusal(ErrorKind::usage,
                      [&] {
                        export_openqasm2(free, std::vector<double>{0, 0, NAN});
                      }),
              ::testing::HasSubstr("gate 0 (R_X"));
  Circuit controls(14);
  controls.append({GateKind::z, {13}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}});
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { export_openqasm2(controls); }), ::testing::HasSubstr("so many controls"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
