#include "quantum_sim/circuit/draw_layout.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

using Kind = DrawnPart::Kind;

/// "R_X", or without the underscore where letters may be nicer.
std::string kind_label(const Gate& gate, Spelling spelling) {
  std::string label = to_string(gate.kind);
  if (spelling == Spelling::symbols) std::erase(label, '_');
  return label;
}

std::string target_label(const Gate& gate, std::size_t place, Spelling spelling) {
  const std::uint32_t qubit = gate.targets[place];
  switch (gate.kind) {
    case GateKind::pauli_rotation: {
      const bool x = gate.x_mask >> qubit & 1, z = gate.z_mask >> qubit & 1;
      const std::string letter = x && z ? "Y" : x ? "X" : "Z";
      if (gate.targets.size() == 1)
        return (spelling == Spelling::plain ? "R_" : "R") + letter + angles_label(gate, spelling);
      return place == 0 ? letter + angles_label(gate, spelling) : letter;
    }
    case GateKind::unitary:
    case GateKind::diagonal:
      return gate.targets.size() == 1 ? to_string(gate.kind) : fmt::format("{} {}", to_string(gate.kind), place);
    case GateKind::measure:
      return fmt::format("M c{}", gate.classical_bit);
    case GateKind::reset:
      return "|0>";
    default:
      return kind_label(gate, spelling) + angles_label(gate, spelling);
  }
}

Kind target_kind(const Gate& gate) {
  if (gate.kind == GateKind::swap) return Kind::exchange;
  if (gate.kind == GateKind::x && !gate.controls.empty()) return Kind::not_gate;
  // A controlled Z treats its qubits alike.
  if (gate.kind == GateKind::z && !gate.controls.empty()) return Kind::control;
  return Kind::box;
}

DrawnGate drawn(const Gate& gate, Spelling spelling) {
  DrawnGate result;
  const Kind kind = target_kind(gate);
  for (const std::uint32_t control : gate.controls) result.parts.push_back({Kind::control, control});
  for (std::size_t place = 0; place < gate.targets.size(); ++place)
    result.parts.push_back({kind, gate.targets[place], kind == Kind::box ? target_label(gate, place, spelling) : ""});
  std::sort(result.parts.begin(), result.parts.end(),
            [](const DrawnPart& a, const DrawnPart& b) { return a.qubit < b.qubit; });
  for (const Angle& angle : gate.angles) {
    result.reads_inputs = result.reads_inputs || angle.reads(Angle::Source::input);
    result.reads_parameters = result.reads_parameters || angle.reads(Angle::Source::parameter);
  }
  return result;
}

DrawnGate drawn_amplitudes(const Circuit& circuit) {
  DrawnGate result;
  result.reads_inputs = true;
  for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit)
    result.parts.push_back(
        {Kind::box, qubit, qubit == 0 ? fmt::format("amplitudes x_0..x_{}", circuit.encoded_amplitudes() - 1) : "|x>"});
  return result;
}

}  // namespace

DrawingLayout lay_out(const Circuit& circuit, Spelling spelling) {
  if (circuit.gates().size() > max_drawn_gates)
    fail(ErrorKind::usage, "a drawing shows at most {} gates, this circuit has {}", max_drawn_gates,
         circuit.gates().size());
  DrawingLayout layout;
  std::vector<std::size_t> front(circuit.qubits(), 0);
  const auto place = [&](DrawnGate gate) {
    const auto first = front.begin() + gate.parts.front().qubit, end = front.begin() + gate.parts.back().qubit + 1;
    gate.column = *std::max_element(first, end);
    std::fill(first, end, gate.column + 1);
    layout.columns = std::max(layout.columns, gate.column + 1);
    layout.gates.push_back(std::move(gate));
  };
  if (circuit.encoded_amplitudes() > 0) place(drawn_amplitudes(circuit));
  for (const Gate& gate : circuit.gates()) place(drawn(gate, spelling));
  std::stable_sort(layout.gates.begin(), layout.gates.end(),
                   [](const DrawnGate& a, const DrawnGate& b) { return a.column < b.column; });
  return layout;
}

std::vector<std::size_t> wrap_columns(const std::vector<std::size_t>& widths, std::size_t available) {
  std::vector<std::size_t> starts{0};
  std::size_t used = 0;
  for (std::size_t column = 0; column < widths.size(); ++column) {
    if (used > 0 && used + widths[column] > available) starts.push_back(column), used = 0;
    used += widths[column];
  }
  starts.push_back(widths.size());
  return starts;
}

}  // namespace tacit::quantum_sim
