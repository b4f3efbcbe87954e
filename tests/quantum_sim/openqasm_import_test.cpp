#include <numbers>

#include "quantum_sim/circuit_unitary.h"
#include "quantum_sim/openqasm/openqasm.h"
#include "source_folder.h"

namespace tacit::quantum_sim::test {
namespace {

constexpr double pi = std::numbers::pi;
constexpr const char* three = "OPENQASM 3.0; include \"stdgates.inc\";\n";
constexpr const char* two = "OPENQASM 2.0; include \"qelib1.inc\";\n";

Circuit read_file(const char* name) {
  return read_openqasm(source_folder() / "tests/quantum_sim/openqasm_files" / name).circuit;
}

Circuit read(const std::string& header, const std::string& text) {
  return import_openqasm(header + text).circuit;
}

void expect_same(const Circuit& left, const Circuit& right, const std::string& what) {
  EXPECT_LT(distance_up_to_phase(circuit_unitary(left), circuit_unitary(right)), 1e-13) << what;
}

TEST(OpenQasmImport, BellPairOfVersion2) {
  const OpenQasmCircuit read = import_openqasm(
      "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[2];\ncreg c[2];\nh q[0];\ncx q[0],q[1];\nmeasure q -> c;\n");
  EXPECT_EQ(read.version, 2);
  EXPECT_EQ(read.qubits, (std::vector<std::string>{"q[0]", "q[1]"}));
  const Circuit circuit = read_file("bell_version_2.qasm");
  ASSERT_EQ(circuit.gates().size(), 4u);  // the barrier leaves nothing
  EXPECT_EQ(circuit.gates()[1].kind, GateKind::x);
  EXPECT_EQ(circuit.gates()[1].controls, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(circuit.gates()[3].kind, GateKind::measure);
  EXPECT_EQ(circuit.gates()[3].classical_bit, 1u);
  EXPECT_FALSE(circuit.is_unitary());
}

TEST(OpenQasmImport, FourierTransformHasItsClosedForm) {
  const Vector state = dense_state(read_file("quantum_fourier_transform.qasm"), {}, {});
  for (Eigen::Index k = 0; k < 16; ++k)
    EXPECT_LT(std::abs(state(k) - std::polar(0.25, 2 * pi * 5 * static_cast<double>(k) / 16)), 1e-14) << k;
}

TEST(OpenQasmImport, GroverFindsTheMarkedState) {
  const Vector state = dense_state(read_file("grover_version_2.qasm"), {}, {});
  EXPECT_NEAR(std::norm(state(3)), 1, 1e-14);
}

TEST(OpenQasmImport, MeasurementAndResetKeepTheirPlaces) {
  const Circuit circuit = read_file("teleportation_prefix.qasm");
  ASSERT_EQ(circuit.gates().size(), 8u);
  EXPECT_EQ(circuit.gates()[0].kind, GateKind::reset);
  EXPECT_EQ(circuit.gates()[6].kind, GateKind::measure);
  EXPECT_EQ(circuit.gates()[7].classical_bit, 1u);
  EXPECT_EQ(circuit.classical_bits(), 2u);
}

TEST(OpenQasmImport, InputsAndParametersAreToldApartByMarkAndName) {
  const OpenQasmCircuit read = read_openqasm(source_folder() / "tests/quantum_sim/openqasm_files/reuploading.qasm");
  EXPECT_EQ(read.inputs, (std::vector<std::string>{"x[0]", "x[1]", "slope"}));
  EXPECT_EQ(read.parameters,
            (std::vector<std::string>{"weights[0]", "weights[1]", "weights[2]", "weights[3]", "x_gain"}));

  Circuit expected(2);
  const Angle::Factor gain{Angle::Source::parameter, 4}, first{Angle::Source::input, 0},
      second{Angle::Source::input, 1};
  expected.rx(0, Angle::product(gain, first)).rx(1, Angle::product(gain, second));
  expected.ry(0, Angle::parameter(0)).ry(1, Angle::parameter(1)).cnot(0, 1);
  expected.rx(0, Angle::arccos_input(0, 2));
  expected.rz(1, Angle::product({Angle::Source::input, 0, {}, -pi}, {Angle::Source::input, 1, {}, -pi}));
  expected.cnot(0, 1).ry(1, Angle::parameter(3, 0.5)).ry(0, Angle::parameter(2, -1));
  expected.cphase(0, 1, Angle::input(2, 1, pi / 4));
  ASSERT_EQ(read.circuit.gates().size(), expected.gates().size());
  for (std::size_t place = 0; place < expected.gates().size(); ++place)
    EXPECT_EQ(read.circuit.gates()[place].kind, expected.gates()[place].kind) << place;
  const std::vector<double> theta{0.3, -1.1, 0.7, 2.0, 1.3}, x{0.4, -0.6, 0.9};
  EXPECT_LT((circuit_unitary(read.circuit, theta, x) - circuit_unitary(expected, theta, x)).cwiseAbs().maxCoeff(),
            1e-14);
}

// The name alone: x, or x and then digits or underscores.
TEST(OpenQasmImport, NamesDecideWithoutMarks) {
  const OpenQasmCircuit read =
      import_openqasm(std::string(three) +
                      "input float x_1; input float x2; input float xi; input angle x; input float theta; qubit q;");
  EXPECT_EQ(read.inputs, (std::vector<std::string>{"x_1", "x2", "x"}));
  EXPECT_EQ(read.parameters, (std::vector<std::string>{"xi", "theta"}));
}

TEST(OpenQasmImport, AnglesOfEveryFormThatCircuitsHave) {
  const auto angle = [](const std::string& text) {
    return read(three, "input array[float, 3] theta; input array[float, 3] x; qubit q; rx(" + text + ") q;")
        .gates()[0]
        .angles[0];
  };
  EXPECT_EQ(angle("theta[2]"), Angle::parameter(2));
  EXPECT_EQ(angle("2*x[1] - 0.5"), Angle::input(1, 2, -0.5));
  EXPECT_EQ(angle("-(x[0] + 1) / 4"), Angle::input(0, -0.25, -0.25));
  EXPECT_EQ(angle("x[0] + x[0]"), Angle::input(0, 2));
  EXPECT_EQ(angle("x[-1]"), Angle::input(2));
  EXPECT_EQ(angle("x[0] - x[0] + 1"), Angle::constant(1));
  EXPECT_EQ(angle("sqrt(2)**2 + cos(0) - 2 % 3").is_constant(), true);
  EXPECT_NEAR(angle("2**-1 + pow(2, 3) + mod(7, 4)").offset, 11.5, 1e-15);
  const std::vector<double> theta{0.7, -1.2, 0.4}, x{0.3, 1.9, -0.8};
  const auto at = [&](const std::string& text) { return value(angle(text), theta, x); };
  EXPECT_NEAR(at("theta[0]*x[1] + theta[0]"), 0.7 * 1.9 + 0.7, 1e-14);
  EXPECT_NEAR(at("2*theta[0]*x[1] - 3*x[1] + 5"), 2 * 0.7 * 1.9 - 3 * 1.9 + 5, 1e-14);
  EXPECT_NEAR(at("x[0]*x[1] + x[1]*x[0]"), 2 * 0.3 * 1.9, 1e-14);
  EXPECT_NEAR(at("x[0]**2 + 4*x[0] - 1"), 0.09 + 1.2 - 1, 1e-14);
  EXPECT_NEAR(at("(x[0] + 1)*(x[0] - 2) + x[0]"), 1.3 * -1.7 + 0.3, 1e-14);
  EXPECT_NEAR(at("(1 - theta[1])*(x[2] + 2)/3"), 2.2 * 1.2 / 3, 1e-14);
  EXPECT_NEAR(at("arccos(x[0])*theta[1]"), std::acos(0.3) * -1.2, 1e-14);
}

// The definitions of the original qelib1.inc are one-liners of U and CX; here in our own words, by their mathematics.
TEST(OpenQasmImport, StandardGatesAgreeWithTheirDefinitions) {
  const struct {
    const char *gate, *definition;
  } cases[] = {
      {"h a;", "U(pi/2, 0, pi) a;"},
      {"x a;", "U(pi, 0, pi) a;"},
      {"y a;", "U(pi, pi/2, pi/2) a;"},
      {"z a;", "U(0, 0, pi) a;"},
      {"s a;", "U(0, 0, pi/2) a;"},
      {"sdg a;", "U(0, 0, -pi/2) a;"},
      {"t a;", "U(0, 0, pi/4) a;"},
      {"tdg a;", "U(0, 0, -pi/4) a;"},
      {"sx a;", "U(pi/2, -pi/2, pi/2) a;"},
      {"sxdg a;", "U(-pi/2, -pi/2, pi/2) a;"},
      {"rx(0.7) a;", "U(0.7, -pi/2, pi/2) a;"},
      {"ry(0.7) a;", "U(0.7, 0, 0) a;"},
      {"rz(0.7) a;", "U(0, 0, 0.7) a;"},
      {"u1(0.7) a;", "U(0, 0, 0.7) a;"},
      {"u2(0.7, -0.3) a;", "U(pi/2, 0.7, -0.3) a;"},
      {"u3(0.7, -0.3, 1.1) a;", "U(0.7, -0.3, 1.1) a;"},
      {"id a;", ""},
      {"cz a, b;", "h b; CX a, b; h b;"},
      {"cy a, b;", "sdg b; CX a, b; s b;"},
      {"ch a, b;", "ry(-pi/4) b; cz a, b; ry(pi/4) b;"},
      {"crx(0.7) a, b;", "h b; rz(0.35) b; CX a, b; rz(-0.35) b; CX a, b; h b;"},
      {"cry(0.7) a, b;", "ry(0.35) b; CX a, b; ry(-0.35) b; CX a, b;"},
      {"crz(0.7) a, b;", "rz(0.35) b; CX a, b; rz(-0.35) b; CX a, b;"},
      {"cu1(0.7) a, b;", "u1(0.35) a; u1(0.35) b; CX a, b; u1(-0.35) b; CX a, b;"},
      {"cp(0.7) a, b;", "cu1(0.7) a, b;"},
      {"cu3(0.7, -0.3, 1.1) a, b;",
       "u1(0.4) a; u1(0.7) b; CX a, b; u3(-0.35, 0, -0.4) b; CX a, b; u3(0.35, -0.3, 0) b;"},
      {"cu(0.7, -0.3, 1.1, 0.2) a, b;", "u1(0.2) a; cu3(0.7, -0.3, 1.1) a, b;"},
      {"csx a, b;", "h b; cu1(pi/2) a, b; h b;"},
      {"swap a, b;", "CX a, b; CX b, a; CX a, b;"},
      {"iswap a, b;", "s a; s b; h a; CX a, b; CX b, a; h b;"},
      {"rzz(0.7) a, b;", "CX a, b; u1(0.7) b; CX a, b;"},
      {"rxx(0.7) a, b;", "h a; h b; CX a, b; rz(0.7) b; CX a, b; h a; h b;"},
      {"ryy(0.7) a, b;", "rx(pi/2) a; rx(pi/2) b; CX a, b; rz(0.7) b; CX a, b; rx(-pi/2) a; rx(-pi/2) b;"},
      {"rzx(0.7) a, b;", "h b; CX a, b; rz(0.7) b; CX a, b; h b;"},
      {"ccx a, b, c;",
       "h c; CX b, c; tdg c; CX a, c; t c; CX b, c; tdg c; CX a, c; t b; t c; h c; CX a, b; t a; tdg b; CX a, b;"},
      {"cswap a, b, c;", "CX c, b; ccx a, b, c; CX c, b;"},
      {"ccz a, b, c;", "h c; ccx a, b, c; h c;"},
      {"rccx a, b, c;",
       "u2(0, pi) c; u1(pi/4) c; CX b, c; u1(-pi/4) c; CX a, c; u1(pi/4) c; CX b, c; u1(-pi/4) c; u2(0, pi) c;"},
      {"c3x a, b, c, d;",
       "h d; cu1(pi/4) a, d; CX a, b; cu1(-pi/4) b, d; CX a, b; cu1(pi/4) b, d; CX b, c; cu1(-pi/4) c, d; CX a, c; "
       "cu1(pi/4) c, d; CX b, c; cu1(-pi/4) c, d; CX a, c; cu1(pi/4) c, d; h d;"},
  };
  for (const auto& [gate, definition] : cases) {
    const std::string start = "qreg a[1]; qreg b[1]; qreg c[1]; qreg d[1];";
    expect_same(read(two, start + gate), read(two, start + definition), gate);
  }
}

TEST(OpenQasmImport, RelativePhaseGatesPermuteAsToffoliGatesDo) {
  const std::string start = "qreg a[1]; qreg b[1]; qreg c[1]; qreg d[1];";
  const auto magnitudes = [&](const char* gate) {
    return Eigen::MatrixXd(circuit_unitary(read(two, start + gate)).cwiseAbs());
  };
  EXPECT_LT((magnitudes("rc3x a, b, c, d;") - magnitudes("c3x a, b, c, d;")).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LT((magnitudes("rccx a, b, c;") - magnitudes("ccx a, b, c;")).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(OpenQasmImport, ModifiersMeanWhatTheySay) {
  const struct {
    const char *modified, *plain;
  } cases[] = {
      {"ctrl @ x a, b;", "cx a, b;"},
      {"ctrl(2) @ x a, b, c;", "ccx a, b, c;"},
      {"ctrl @ ctrl @ z a, b, c;", "h c; ccx a, b, c; h c;"},
      {"negctrl @ x a, b;", "x a; cx a, b; x a;"},
      {"negctrl @ ctrl @ x a, b, c;", "x a; ccx a, b, c; x a;"},
      {"inv @ s a;", "sdg a;"},
      {"inv @ rx(0.4) a;", "rx(-0.4) a;"},
      {"inv @ iswap a, b;", "h b; CX b, a; CX a, b; h a; sdg a; sdg b;"},
      {"inv @ ctrl @ sx a, b;", "h b; cp(-pi/2) a, b; h b;"},
      {"pow(2) @ s a;", "z a;"},
      {"pow(-1) @ t a;", "tdg a;"},
      {"pow(0) @ h a;", ""},
      {"pow(3) @ ry(0.2) a;", "ry(0.6) a;"},
      {"pow(1/2) @ x a;", "sx a;"},
      {"pow(1/2) @ z a;", "s a;"},
      {"ctrl @ pow(0.5) @ z a, b;", "cp(pi/2) a, b;"},
      {"pow(0.5) @ ctrl @ x a, b;", "h b; cp(pi/2) a, b; h b;"},
      {"inv @ pow(1/4) @ z a;", "tdg a;"},
      {"pow(4) @ pow(0.25) @ h a;", "h a;"},
      {"ctrl @ gphase(0.7) a;", "p(0.7) a;"},
      {"ctrl(2) @ gphase(0.7) a, b;", "cp(0.7) a, b;"},
      {"negctrl @ gphase(0.7) a;", "x a; p(0.7) a; x a;"},
      {"pow(2) @ ctrl @ gphase(0.7) a;", "p(1.4) a;"},
      {"gphase(0.7);", ""},
      // U carries exp(i theta / 2), u3 has determinant 1: a control shows it.
      {"ctrl @ U(0.7, 0.3, 1.1) a, b;", "p(0.35) a; cu(0.7, 0.3, 1.1, 0) a, b;"},
      {"ctrl @ u3(0.7, 0.3, 1.1) a, b;", "p(-0.7) a; cu(0.7, 0.3, 1.1, 0) a, b;"},
      {"ctrl @ u2(0.3, 1.1) a, b;", "p(-0.7) a; cu(pi/2, 0.3, 1.1, 0) a, b;"},
      {"inv @ ctrl @ U(0.7, 0.3, 1.1) a, b;", "cu(-0.7, -1.1, -0.3, 0) a, b; p(-0.35) a;"},
      {"ctrl @ rz(0.7) a, b;", "crz(0.7) a, b;"},
      {"twist(0.7) a, b;", "h a; cx a, b; p(0.7) b;"},
      {"inv @ twist(0.7) a, b;", "p(-0.7) b; cx a, b; h a;"},
      {"pow(-2) @ twist(0.7) a, b;", "p(-0.7) b; cx a, b; h a; p(-0.7) b; cx a, b; h a;"},
      {"ctrl @ twist(0.7) c, a, b;", "ch c, a; ccx c, a, b; cp(0.7) c, b; p(0.2) c;"},
      {"inv @ ctrl @ twist(0.7) c, a, b;", "p(-0.2) c; cp(-0.7) c, b; ccx c, a, b; ch c, a;"},
      {"inv @ turns a;", "rx(-3) a; rx(-2) a; rx(-1) a;"},
  };
  const std::string start =
      "gate twist(angle_) first, second { h first; cx first, second; p(angle_) second; gphase(0.2); }\n"
      "gate turns q { for int i in [1:3] rx(i) q; }\n"
      "qubit a; qubit b; qubit c;";
  for (const auto& [modified, plain] : cases)
    expect_same(read(three, start + modified), read(three, start + plain), modified);
}

TEST(OpenQasmImport, RegistersBroadcastAndAliasesJoin) {
  const Circuit circuit = read(three,
                               "qubit[3] a; qubit[3] b; qubit one;\n"
                               "cx a, b; cx one, b; h a[1:2]; x a[{0, 2}]; x b[-1]; x a[2:-2:0];\n"
                               "let mixed = one ++ b[0:1]; z mixed; y mixed[1];\n");
  const std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> expected{
      {3, {0}}, {4, {1}}, {5, {2}}, {3, {6}}, {4, {6}}, {5, {6}}, {1, {}}, {2, {}}, {0, {}},
      {2, {}},  {5, {}},  {2, {}},  {0, {}},  {6, {}},  {3, {}},  {4, {}}, {3, {}}};
  ASSERT_EQ(circuit.gates().size(), expected.size());
  for (std::size_t place = 0; place < expected.size(); ++place) {
    EXPECT_EQ(circuit.gates()[place].targets[0], expected[place].first) << place;
    EXPECT_EQ(circuit.gates()[place].controls, expected[place].second) << place;
  }
}

TEST(OpenQasmImport, TheFilesOwnDefinitionCounts) {
  const Circuit circuit =
      read(two, "gate rzz(a) p, q { cx p, q; rz(2*a) q; cx p, q; } qreg q[2]; rzz(0.3) q[0], q[1];");
  Circuit expected(2);
  expected.rzz(0, 1, Angle::constant(0.6));
  expect_same(circuit, expected, "rzz");
}

TEST(OpenQasmImport, UnicodeNamesUnderscoresAndOtherBases) {
  const Circuit circuit =
      read(three, "input float θ; gate τurn(φ) q { rx(φ) q; }\nqubit[0x2] q;\nτurn(2*π*θ) q[0]; rx(1_0.5e-1) q[0b1];");
  EXPECT_EQ(circuit.gates()[0].angles[0], Angle::parameter(0, 2 * pi));
  EXPECT_EQ(circuit.gates()[1].angles[0], Angle::constant(1.05));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
