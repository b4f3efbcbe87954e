#include <numbers>

#include "core/random.h"
#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/draw_labels.h"
#include "quantum_sim/circuit/draw_layout.h"
#include "quantum_sim/circuit/draw_svg.h"
#include "quantum_sim/circuit/draw_text.h"
#include "quantum_sim/circuit/encodings.h"
#include "refusal.h"

namespace tacit::quantum_sim::test {
namespace {

using ::testing::HasSubstr;

constexpr double pi = std::numbers::pi;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  return lines;
}

std::size_t places(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

TEST(DrawLabels, AnglesInBothSpellings) {
  EXPECT_EQ(constant_label(pi), "pi");
  EXPECT_EQ(constant_label(-pi / 2), "-pi/2");
  EXPECT_EQ(constant_label(3 * pi / 4), "3*pi/4");
  EXPECT_EQ(constant_label(2 * pi / 3), "2*pi/3");
  EXPECT_EQ(constant_label(0.123456), "0.1235");
  EXPECT_EQ(constant_label(0), "0");
  EXPECT_EQ(angle_label(Angle::parameter(3)), "theta_3");
  EXPECT_EQ(angle_label(Angle::input(1, 2.0)), "2*x_1");
  EXPECT_EQ(angle_label(Angle::input(12, -1, pi / 2)), "-x_12 + pi/2");
  EXPECT_EQ(angle_label(Angle::arccos_input(0, 4)), "4*arccos(x_0)");
  const Angle product = Angle::product({Angle::Source::input, 0, {}, -pi}, {Angle::Source::parameter, 10}, 0.5, -1);
  EXPECT_EQ(angle_label(product), "0.5*(x_0 - pi)*theta_10 - 1");
  EXPECT_EQ(angle_label(product, Spelling::symbols), "0.5·(x₀ - π)·θ₁₀ - 1");
}

TEST(DrawText, SmallCircuitPlaceByPlace) {
  Circuit circuit(3);
  circuit.h(0).rx(1, Angle::input(0)).cnot(0, 2).swap(0, 1).cz(1, 2).measure(2, 0);
  EXPECT_EQ(draw_text(circuit),
            "q0: ───────┤H├─────●──╳──────────────\n"
            "                   │  │\n"
            "q1: ───┤R_X(x_0)├──┼──╳──●───────────\n"
            "                   │     │\n"
            "q2: ───────────────⊕─────●──┤M c0├───\n");
}

TEST(DrawText, EveryLineOfABlockIsAsLongAndFitsTheWidth) {
  Circuit circuit(4);
  append_angle_encoding(circuit, Axis::x, 4);
  append_hardware_efficient(circuit, 6, Entangler::cnot_ring);
  for (const std::size_t width : {60u, 80u, 200u}) {
    const std::string text = draw_text(circuit, width);
    std::vector<std::string> wires;
    for (const std::string& line : lines_of(text)) {
      EXPECT_LE(places(line), width) << line;
      if (line.starts_with("q")) wires.push_back(line);
    }
    ASSERT_EQ(wires.size() % 4, 0u);
    for (std::size_t block = 0; block < wires.size() / 4; ++block)
      for (std::size_t qubit = 0; qubit < 4; ++qubit) {
        EXPECT_EQ(places(wires[4 * block + qubit]), places(wires[4 * block]));
        EXPECT_EQ(wires[4 * block + qubit].find("»") != std::string::npos, block + 1 < wires.size() / 4);
        EXPECT_EQ(wires[4 * block + qubit].find("«") != std::string::npos, block > 0);
      }
    // Nothing is lost where lines are cut.
    EXPECT_EQ(occurrences(text, "theta_"), circuit.parameters());
    EXPECT_EQ(occurrences(text, "⊕"), 24u);
  }
}

// Packed as tightly as the order of gates on each qubit allows, and no two gates on one place.
TEST(DrawLayout, GatesDoNotOverlapAndKeepTheirOrder) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    RandomStream stream({seed, Purpose::test, 21, 0});
    Circuit circuit(5);
    for (int count = 0; count < 40; ++count) {
      const auto a = static_cast<std::uint32_t>(stream.below(5)),
                 b = (a + 1 + static_cast<std::uint32_t>(stream.below(4))) % 5;
      if (stream.below(2)) {
        circuit.cnot(a, b);
      } else {
        circuit.ry(a, Angle::parameter(static_cast<std::uint32_t>(count)));
      }
    }
    const DrawingLayout layout = lay_out(circuit, Spelling::plain);
    ASSERT_EQ(layout.gates.size(), 40u);
    std::set<std::pair<std::size_t, std::uint32_t>> taken;
    for (const DrawnGate& gate : layout.gates) {
      EXPECT_LT(gate.column, layout.columns);
      bool touches_earlier = gate.column == 0;
      for (std::uint32_t qubit = gate.parts.front().qubit; qubit <= gate.parts.back().qubit; ++qubit) {
        EXPECT_TRUE(taken.insert({gate.column, qubit}).second) << "seed " << seed;
        touches_earlier = touches_earlier || taken.contains({gate.column - 1, qubit});
      }
      EXPECT_TRUE(touches_earlier) << "a gate could stand further left, seed " << seed;
    }
  }
}

TEST(DrawSvg, HoldsEveryGateAndIsWellFormed) {
  Circuit circuit(4);
  append_angle_encoding(circuit, Axis::x, 4);
  append_hardware_efficient(circuit, 3, Entangler::cnot_ring);
  circuit.toffoli(0, 1, 3).swap(0, 2).pauli_rotation("XYZ", {0, 1, 3}, Angle::constant(pi / 3));
  const std::string svg = draw_svg(circuit, 700, {"a<b", "\"q\"", "c&d", "e"});
  EXPECT_TRUE(svg.starts_with("<svg "));
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
  EXPECT_EQ(occurrences(svg, "class=\"o\""), 13u);  // 12 CNOT and one Toffoli
  EXPECT_EQ(occurrences(svg, "<circle class=\"d\""), 14u);
  EXPECT_EQ(occurrences(svg, "class=\"e\""), 2u);
  EXPECT_EQ(occurrences(svg, "class=\"b x\""), 4u + 1u);  // and the legend
  EXPECT_EQ(occurrences(svg, "class=\"b p\""), 24u + 1u);
  EXPECT_THAT(svg, HasSubstr("RY(θ₀)"));
  EXPECT_THAT(svg, HasSubstr("X(π/3)"));
  EXPECT_THAT(svg, HasSubstr("a&lt;b"));
  EXPECT_THAT(svg, HasSubstr("c&amp;d"));
}

TEST(Draw, AmplitudesAndMatrices) {
  Circuit circuit(2);
  circuit.encode_amplitudes(3);
  circuit.unitary({1, 0}, {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0}).reset(0);
  const std::string text = draw_text(circuit);
  EXPECT_THAT(text, HasSubstr("amplitudes x_0..x_2"));
  EXPECT_THAT(text, HasSubstr("unitary 0"));
  EXPECT_THAT(text, HasSubstr("|0>"));
  EXPECT_THAT(draw_svg(circuit), HasSubstr("|0⟩"));
}

TEST(Draw, EmptyCircuitsAndTooManyGates) {
  EXPECT_EQ(draw_text(Circuit(1)), "q0: ────\n");
  EXPECT_THAT(draw_svg(Circuit(2)), HasSubstr("2 qubits, 0 gates"));
  Circuit circuit(1);
  for (std::size_t count = 0; count <= max_drawn_gates; ++count) circuit.h(0);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { draw_text(circuit); }), HasSubstr("20000"));
}

}  // namespace
}  // namespace tacit::quantum_sim::test
