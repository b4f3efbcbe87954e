#include "quantum_sim/openqasm/standard_gates.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>
#include <numbers>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/gate_matrix.h"
#include "quantum_sim/openqasm/symbolic.h"

namespace tacit::quantum_sim::openqasm {
namespace {

constexpr double pi = std::numbers::pi;

enum class Form {
  plain,     ///< the kind itself: controls first, then targets
  string,    ///< exp(-i angle P / 2), P given by letters
  u_phase,   ///< U of version 3 (specification of 3.1, "Gates"): exp(i theta / 2) times our U
  u3_phase,  ///< u3: exp(-i (phi + lambda) / 2) times our U, determinant 1
  u2_phase,  ///< u2(phi, lambda) = u3(pi / 2, phi, lambda)
  sequence,  ///< fixed gates, given by letters
  cu         ///< exp(i gamma) times our U, under one control
};

struct Entry {
  GateKind kind;
  std::uint32_t parameters, controls, targets;
  Form form = Form::plain;
  const char* letters = "";
};

const std::map<std::string_view, Entry>& table() {
  using enum GateKind;
  static const std::map<std::string_view, Entry> entries{
      {"U", {universal, 3, 0, 1, Form::u_phase}},
      {"CX", {x, 0, 1, 1}},
      {"id", {identity, 0, 0, 1}},
      {"u0", {identity, 1, 0, 1}},
      {"x", {x, 0, 0, 1}},
      {"y", {y, 0, 0, 1}},
      {"z", {z, 0, 0, 1}},
      {"h", {h, 0, 0, 1}},
      {"s", {s, 0, 0, 1}},
      {"sdg", {s_dagger, 0, 0, 1}},
      {"t", {t, 0, 0, 1}},
      {"tdg", {t_dagger, 0, 0, 1}},
      {"sx", {sqrt_x, 0, 0, 1}},
      {"sxdg", {sqrt_x_dagger, 0, 0, 1}},
      {"rx", {rx, 1, 0, 1}},
      {"ry", {ry, 1, 0, 1}},
      {"rz", {rz, 1, 0, 1}},
      {"p", {phase, 1, 0, 1}},
      {"phase", {phase, 1, 0, 1}},
      {"u1", {phase, 1, 0, 1}},
      {"u2", {universal, 2, 0, 1, Form::u2_phase}},
      {"u3", {universal, 3, 0, 1, Form::u3_phase}},
      {"u", {universal, 3, 0, 1}},
      {"cx", {x, 0, 1, 1}},
      {"cy", {y, 0, 1, 1}},
      {"cz", {z, 0, 1, 1}},
      {"ch", {h, 0, 1, 1}},
      {"cs", {s, 0, 1, 1}},
      {"csdg", {s_dagger, 0, 1, 1}},
      {"csx", {sqrt_x, 0, 1, 1}},
      {"crx", {rx, 1, 1, 1}},
      {"cry", {ry, 1, 1, 1}},
      {"crz", {rz, 1, 1, 1}},
      {"cp", {phase, 1, 1, 1}},
      {"cphase", {phase, 1, 1, 1}},
      {"cu1", {phase, 1, 1, 1}},
      {"cu3", {universal, 3, 1, 1}},
      {"cu", {universal, 4, 1, 1, Form::cu}},
      {"swap", {swap, 0, 0, 2}},
      {"iswap", {iswap, 0, 0, 2}},
      {"ccx", {x, 0, 2, 1}},
      {"ccz", {z, 0, 2, 1}},
      {"cswap", {swap, 0, 1, 2}},
      {"c3x", {x, 0, 3, 1}},
      {"c4x", {x, 0, 4, 1}},
      {"c3sqrtx", {sqrt_x, 0, 3, 1}},
      // Toffoli gates up to phases of their basis states (Maslov, arXiv 1508.03273, Figures 3 and 4).
      {"rccx", {identity, 0, 0, 3, Form::sequence, "h2 t2 x12 d2 x02 t2 x12 d2 h2"}},
      {"rc3x", {identity, 0, 0, 4, Form::sequence, "h3 t3 x23 d3 h3 x03 t3 x13 d3 x03 t3 x13 d3 h3 t3 x23 d3 h3"}},
      {"rxx", {pauli_rotation, 1, 0, 2, Form::string, "XX"}},
      {"ryy", {pauli_rotation, 1, 0, 2, Form::string, "YY"}},
      {"rzz", {pauli_rotation, 1, 0, 2, Form::string, "ZZ"}},
      {"rzx", {pauli_rotation, 1, 0, 2, Form::string, "ZX"}},
  };
  return entries;
}

Gate pauli_rotation(std::string_view letters, std::span<const std::uint32_t> qubits, const Angle& angle) {
  Circuit circuit(Circuit::max_qubits);
  circuit.pauli_rotation(letters, {qubits.begin(), qubits.end()}, angle);
  return circuit.gates()[0];
}

/// "h2 x12": H on the qubit of index 2, then CNOT from that of index 1 to 2; t is T, d its inverse.
std::vector<Gate> sequence(std::string_view letters, std::span<const std::uint32_t> qubits) {
  std::vector<Gate> gates;
  for (std::size_t at = 0; at < letters.size(); ++at) {
    const GateKind kind = letters[at] == 'h'   ? GateKind::h
                          : letters[at] == 't' ? GateKind::t
                          : letters[at] == 'd' ? GateKind::t_dagger
                                               : GateKind::x;
    std::vector<std::uint32_t> on;
    while (++at < letters.size() && letters[at] != ' ')
      on.push_back(qubits[static_cast<std::size_t>(letters[at] - '0')]);
    Gate gate{kind, {on.back()}};
    on.pop_back();
    gate.controls = std::move(on);
    gates.push_back(std::move(gate));
  }
  return gates;
}

GateKind inverse_kind(GateKind kind) {
  switch (kind) {
    case GateKind::s:
      return GateKind::s_dagger;
    case GateKind::s_dagger:
      return GateKind::s;
    case GateKind::t:
      return GateKind::t_dagger;
    case GateKind::t_dagger:
      return GateKind::t;
    case GateKind::sqrt_x:
      return GateKind::sqrt_x_dagger;
    case GateKind::sqrt_x_dagger:
      return GateKind::sqrt_x;
    default:
      return kind;
  }
}

// iSWAP = exp(i pi/4 (XX + YY)), so its inverse is R_XX(pi/2) R_YY(pi/2).
std::vector<Gate> inverse_iswap(const Gate& gate) {
  std::vector<Gate> result{pauli_rotation("XX", gate.targets, Angle::constant(pi / 2)),
                           pauli_rotation("YY", gate.targets, Angle::constant(pi / 2))};
  for (Gate& part : result) part.controls = gate.controls;
  return result;
}

std::shared_ptr<const std::vector<std::complex<double>>> adjoint(const std::vector<std::complex<double>>& matrix,
                                                                 std::size_t rows) {
  auto result = std::make_shared<std::vector<std::complex<double>>>(matrix.size());
  const std::size_t columns = matrix.size() / rows;  // 1 if only the diagonal is kept
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = 0; column < columns; ++column)
      (*result)[columns == 1 ? row : column * rows + row] = std::conj(matrix[row * columns + column]);
  return result;
}

// Into (-pi, pi]; an eigenvalue -1 that rounding moved to just below -pi counts as pi.
double principal(double angle) {
  angle = std::remainder(angle, 2 * pi);
  return angle <= -pi + 1e-9 ? angle + 2 * pi : angle;
}

}  // namespace

std::optional<StandardGate> find_standard_gate(std::string_view name, int version) {
  const auto found = table().find(name);
  if (found == table().end()) return std::nullopt;
  const Entry& entry = found->second;
  return StandardGate{entry.parameters, entry.controls + entry.targets, name == "U" || (name == "CX" && version == 2)};
}

Expansion expand_standard_gate(std::string_view name, std::span<const Angle> angles,
                               std::span<const std::uint32_t> qubits) {
  const Entry& entry = table().at(name);
  if (entry.form == Form::string) return {{pauli_rotation(entry.letters, qubits, angles[0])}, {}};
  if (entry.form == Form::sequence) return {sequence(entry.letters, qubits), {}};
  const auto controls = qubits.first(entry.controls), targets = qubits.subspan(entry.controls);
  Gate gate{entry.kind, {targets.begin(), targets.end()}, {controls.begin(), controls.end()}};
  // cu has one angle more than the gate under its control.
  const std::size_t count = std::min(angles.size(), angle_count(entry.kind));
  gate.angles.assign(angles.begin(), angles.begin() + static_cast<std::ptrdiff_t>(count));
  switch (entry.form) {
    case Form::u_phase:
      return {{std::move(gate)}, {times(angles[0], 0.5)}};
    case Form::u3_phase:
      return {{std::move(gate)}, {times(angles[1], -0.5), times(angles[2], -0.5)}};
    case Form::u2_phase:
      gate.angles = {Angle::constant(pi / 2), angles[0], angles[1]};
      return {{std::move(gate)}, {times(angles[0], -0.5), times(angles[1], -0.5)}};
    case Form::cu:
      return {{{GateKind::phase, {qubits[0]}, {}, {angles[3]}}, std::move(gate)}, {}};
    default:
      return {{std::move(gate)}, {}};
  }
}

std::vector<Gate> inverse_of(const Gate& gate) {
  if (gate.kind == GateKind::iswap) return inverse_iswap(gate);
  Gate result = gate;
  result.kind = inverse_kind(gate.kind);
  for (Angle& angle : result.angles) angle = times(angle, -1);
  if (gate.kind == GateKind::universal) std::swap(result.angles[1], result.angles[2]);
  if (gate.matrix) result.matrix = adjoint(*gate.matrix, std::size_t{1} << gate.targets.size());
  return {result};
}

Gate power_of(const Gate& gate, double phase, double exponent) {
  std::vector<double> angles;
  for (const Angle& angle : gate.angles) angles.push_back(angle.offset);
  std::vector<std::complex<double>> m = gate_matrix(gate, angles);
  // U = exp(i alpha) (cos(beta) - i sin(beta) n.sigma), with the eigenvalues exp(i (alpha -+ beta)).
  const double alpha = std::arg(m[0] * m[3] - m[1] * m[2]) / 2;
  const std::complex<double> turn = std::polar(1.0, -alpha), i{0, 1};
  for (std::complex<double>& entry : m) entry *= turn;
  const double cosine = (m[0] + m[3]).real() / 2;
  const std::complex<double> traceless[] = {m[0] - cosine, m[1], m[2], m[3] - cosine};
  const double sine = std::sqrt(std::norm(traceless[0]) + std::norm(traceless[1]));
  const double beta = std::atan2(sine, cosine);
  const std::complex<double> minus = std::polar(1.0, exponent * principal(alpha + phase - beta)),
                             plus = std::polar(1.0, exponent * principal(alpha + phase + beta));
  // (I + n.sigma)/2 projects on the eigenvalue alpha - beta.
  auto matrix = std::make_shared<std::vector<std::complex<double>>>(4);
  for (int place = 0; place < 4; ++place) {
    const double identity = place == 0 || place == 3 ? 1 : 0;
    const std::complex<double> n = sine < 1e-12 ? 0 : i * traceless[place] / sine;
    (*matrix)[static_cast<std::size_t>(place)] = (identity + n) / 2.0 * minus + (identity - n) / 2.0 * plus;
  }
  return {.kind = GateKind::unitary, .targets = gate.targets, .matrix = std::move(matrix)};
}

}  // namespace tacit::quantum_sim::openqasm
