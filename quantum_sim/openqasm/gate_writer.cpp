#include "quantum_sim/openqasm/gate_writer.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/compile/unitary_decomposition.h"
#include "quantum_sim/openqasm/export_angle.h"

namespace tacit::quantum_sim::openqasm {
namespace {

constexpr double pi = std::numbers::pi;
// Phases on parities are 2^k statements.
constexpr std::size_t max_parity_qubits = 12;

char letter(const Gate& gate, std::uint32_t qubit) {
  const bool x = gate.x_mask >> qubit & 1, z = gate.z_mask >> qubit & 1;
  return x && z ? 'y' : x ? 'x' : 'z';
}

/// The names of the fixed gates, and with as many controls as have one in qelib1.inc and stdgates.inc.
const char* fixed_name(GateKind kind, std::size_t controls, int version) {
  const auto choose = [&](std::initializer_list<const char*> names) {
    return controls < names.size() ? names.begin()[controls] : nullptr;
  };
  switch (kind) {
    case GateKind::x:
      return version == 2 ? choose({"x", "cx", "ccx", "c3x", "c4x"}) : choose({"x", "cx", "ccx"});
    case GateKind::y:
      return choose({"y", "cy"});
    case GateKind::z:
      return choose({"z", "cz"});
    case GateKind::h:
      return choose({"h", "ch"});
    case GateKind::s:
      return choose({"s"});
    case GateKind::s_dagger:
      return choose({"sdg"});
    case GateKind::t:
      return choose({"t"});
    case GateKind::t_dagger:
      return choose({"tdg"});
    case GateKind::sqrt_x:
      return version == 2 ? choose({"sx", "csx"}) : choose({"sx"});
    case GateKind::sqrt_x_dagger:
      return version == 2 ? choose({"sxdg"}) : nullptr;
    default:
      return nullptr;
  }
}

/// The phase of diag(1, exp(i angle)) that the gate is, in the basis of Z; X in that of H.
double phase_of(GateKind kind) {
  switch (kind) {
    case GateKind::s:
    case GateKind::sqrt_x:
      return pi / 2;
    case GateKind::s_dagger:
    case GateKind::sqrt_x_dagger:
      return -pi / 2;
    case GateKind::t:
      return pi / 4;
    case GateKind::t_dagger:
      return -pi / 4;
    default:
      return pi;
  }
}

std::vector<std::uint32_t> joined(const std::vector<std::uint32_t>& first, std::vector<std::uint32_t> second) {
  second.insert(second.begin(), first.begin(), first.end());
  return second;
}

}  // namespace

void GateWriter::line(const std::string& name, const std::vector<Angle>& angles, const Qubits& qubits) {
  std::string text = name;
  for (std::size_t place = 0; place < angles.size(); ++place)
    text += (place == 0 ? "(" : ", ") + angle_text(angles[place]);
  if (!angles.empty()) text += ")";
  for (std::size_t place = 0; place < qubits.size(); ++place)
    text += fmt::format("{}q[{}]", place == 0 ? " " : ", ", qubits[place]);
  statements_ += text + ";\n";
}

void GateWriter::controlled_line(const char* name, const std::vector<Angle>& angles, const Qubits& controls,
                                 const Qubits& targets) {
  const std::string modifier = controls.empty()       ? ""
                               : controls.size() == 1 ? "ctrl @ "
                                                      : fmt::format("ctrl({}) @ ", controls.size());
  line(modifier + name, angles, joined(controls, targets));
}

void GateWriter::write(const Gate& gate, std::size_t position) {
  position_ = position;
  gate_ = &gate;
  switch (gate.kind) {
    case GateKind::identity:
      if (gate.controls.empty()) line("id", {}, gate.targets);
      return;
    case GateKind::rx:
    case GateKind::ry:
    case GateKind::rz:
      return write_rotation(gate.kind, gate.angles[0], gate.controls, gate.targets[0]);
    case GateKind::phase:
      return write_phase(gate.angles[0], joined(gate.controls, gate.targets));
    case GateKind::universal:
      return write_universal(gate.angles, gate.controls, gate.targets[0]);
    case GateKind::swap:
      return write_swap(gate);
    case GateKind::iswap:
      return write_iswap(gate);
    case GateKind::pauli_rotation:
      return write_pauli_rotation(gate);
    case GateKind::unitary:
      return write_matrix(gate);
    case GateKind::diagonal:
      return write_diagonal(gate);
    case GateKind::measure:
      statements_ +=
          fmt::format(fmt::runtime(version_ == 2 ? "measure q[{0}] -> c[{1}];\n" : "c[{1}] = measure q[{0}];\n"),
                      gate.targets[0], gate.classical_bit);
      return;
    case GateKind::reset:
      return line("reset", {}, gate.targets);
    default:
      return write_fixed(gate);
  }
}

void GateWriter::write_fixed(const Gate& gate) {
  const Qubits &controls = gate.controls, &targets = gate.targets, all = joined(controls, targets);
  if (const char* name = fixed_name(gate.kind, controls.size(), version_)) return line(name, {}, all);
  if (has_control_modifier()) {
    const bool is_inverse = gate.kind == GateKind::sqrt_x_dagger;
    const char* name = fixed_name(is_inverse ? GateKind::sqrt_x : gate.kind, 0, version_);
    return controlled_line(is_inverse ? "inv @ sx" : name, {}, controls, targets);
  }
  const auto in_basis = [&](const std::vector<const char*>& before, GateKind middle,
                            const std::vector<const char*>& after) {
    for (const char* name : before) line(name, {}, targets);
    if (middle == GateKind::x) {
      write_fixed({GateKind::x, targets, controls});
    } else {
      write_phase(Angle::constant(phase_of(middle)), all);
    }
    for (const char* name : after) line(name, {}, targets);
  };
  switch (gate.kind) {
    case GateKind::y:  // S X S^dagger
      return in_basis({"sdg"}, GateKind::x, {"s"});
    case GateKind::x:
    case GateKind::sqrt_x:
    case GateKind::sqrt_x_dagger:
      line("h", {}, targets);
      write_phase(Angle::constant(phase_of(gate.kind)), all);
      return line("h", {}, targets);
    case GateKind::h:  // R_Y(pi/4) Z R_Y(-pi/4)
      line("ry", {Angle::constant(-pi / 4)}, targets);
      write_phase(Angle::constant(pi), all);
      return line("ry", {Angle::constant(pi / 4)}, targets);
    default:
      return write_phase(Angle::constant(phase_of(gate.kind)), all);
  }
}

void GateWriter::write_rotation(GateKind axis, const Angle& angle, const Qubits& controls, std::uint32_t target) {
  const char* names[2][3] = {{"rx", "ry", "rz"}, {"crx", "cry", "crz"}};
  const int column = axis == GateKind::rx ? 0 : axis == GateKind::ry ? 1 : 2;
  if (controls.size() < 2) return line(names[controls.size()][column], {angle}, joined(controls, {target}));
  if (has_control_modifier()) return controlled_line(names[0][column], {angle}, controls, {target});
  // R_X = H R_Z H, R_Y = S R_X S^dagger; a controlled R_Z(a) is a phase a on all and -a/2 on the controls.
  if (axis == GateKind::ry) line("sdg", {}, {target});
  if (axis != GateKind::rz) line("h", {}, {target});
  write_phase(angle, joined(controls, {target}));
  write_phase(scaled(angle, -0.5), controls);
  if (axis != GateKind::rz) line("h", {}, {target});
  if (axis == GateKind::ry) line("s", {}, {target});
}

void GateWriter::write_phase(const Angle& angle, const Qubits& qubits) {
  if (qubits.empty()) return;
  if (qubits.size() == 1) return line(version_ == 2 ? "u1" : "p", {angle}, qubits);
  if (qubits.size() == 2) return line(version_ == 2 ? "cu1" : "cp", {angle}, qubits);
  if (!has_control_modifier()) return write_phase_by_parities(angle, qubits);
  controlled_line("p", {angle}, {qubits.begin(), qubits.end() - 1}, {qubits.back()});
}

// b_1 b_2 ... b_m = 2^(1-m) sum over non-empty subsets of (-1)^(size+1) (XOR of the subset).
void GateWriter::write_phase_by_parities(const Angle& angle, const Qubits& qubits) {
  if (qubits.size() > max_parity_qubits)
    fail(ErrorKind::usage, "{}: OpenQASM 2 has no gate with so many controls; OpenQASM 3 has",
         describe(*gate_, position_));
  const double share = std::ldexp(1.0, 1 - static_cast<int>(qubits.size()));
  for (std::uint32_t subset = 1; subset < 1u << qubits.size(); ++subset) {
    const auto last = static_cast<std::size_t>(std::bit_width(subset)) - 1;
    const auto parity = [&] {
      for (std::size_t place = 0; place < last; ++place)
        if (subset >> place & 1) line("cx", {}, {qubits[place], qubits[last]});
    };
    parity();
    line("u1", {scaled(angle, std::popcount(subset) % 2 == 1 ? share : -share)}, {qubits[last]});
    parity();
  }
}

// Without controls U of either version differs from ours by a global phase; with them by a phase that readers of
// OpenQASM 3 disagree on, so it is written as P(phi) R_Y(theta) P(lambda), which it is exactly.
void GateWriter::write_universal(const std::vector<Angle>& angles, const Qubits& controls, std::uint32_t target) {
  if (controls.empty()) return line(version_ == 2 ? "u3" : "U", angles, {target});
  if (version_ == 2 && controls.size() == 1) return line("cu3", angles, joined(controls, {target}));
  write_phase(angles[2], joined(controls, {target}));
  write_rotation(GateKind::ry, angles[0], controls, target);
  write_phase(angles[1], joined(controls, {target}));
}

void GateWriter::write_swap(const Gate& gate) {
  if (gate.controls.size() < 2)
    return line(gate.controls.empty() ? "swap" : "cswap", {}, joined(gate.controls, gate.targets));
  if (has_control_modifier()) return controlled_line("swap", {}, gate.controls, gate.targets);
  line("cx", {}, {gate.targets[1], gate.targets[0]});
  write_fixed({GateKind::x, {gate.targets[1]}, joined(gate.controls, {gate.targets[0]})});
  line("cx", {}, {gate.targets[1], gate.targets[0]});
}

// exp(i pi/4 (XX + YY)).
void GateWriter::write_iswap(const Gate& gate) {
  const std::uint64_t mask = std::uint64_t{1} << gate.targets[0] | std::uint64_t{1} << gate.targets[1];
  Gate rotation{GateKind::pauli_rotation, gate.targets, gate.controls, {Angle::constant(-pi / 2)}, mask, 0};
  write_pauli_rotation(rotation);
  rotation.z_mask = mask;
  write_pauli_rotation(rotation);
}

void GateWriter::write_pauli_rotation(const Gate& gate) {
  std::string letters;
  for (const std::uint32_t qubit : gate.targets) letters += letter(gate, qubit);
  if (letters.size() == 1) {
    const GateKind axis = letters[0] == 'x' ? GateKind::rx : letters[0] == 'y' ? GateKind::ry : GateKind::rz;
    return write_rotation(axis, gate.angles[0], gate.controls, gate.targets[0]);
  }
  if (gate.controls.empty()) {
    const std::string name = "pauli_rotation_" + letters;
    if (!std::exchange(defined_[name], true)) define_pauli_rotation(name, letters);
    return line(name, gate.angles, gate.targets);
  }
  // Only the rotation about Z needs the controls, not the change of basis and the parity around it.
  const std::uint32_t last = gate.targets.back();
  const auto basis = [&](bool back) {
    for (std::size_t place = 0; place < letters.size(); ++place) {
      if (letters[place] == 'y' && !back) line("sdg", {}, {gate.targets[place]});
      if (letters[place] != 'z') line("h", {}, {gate.targets[place]});
      if (letters[place] == 'y' && back) line("s", {}, {gate.targets[place]});
    }
  };
  const auto parity = [&] {
    for (const std::uint32_t qubit : gate.targets)
      if (qubit != last) line("cx", {}, {qubit, last});
  };
  basis(false);
  parity();
  write_rotation(GateKind::rz, gate.angles[0], gate.controls, last);
  parity();
  basis(true);
}

void GateWriter::define_pauli_rotation(const std::string& name, const std::string& letters) {
  std::string before, after, parity, qubits;
  for (std::size_t place = 0; place < letters.size(); ++place) {
    const std::string qubit = fmt::format("a{}", place);
    qubits += (place == 0 ? "" : ", ") + qubit;
    if (letters[place] == 'y') before += fmt::format(" sdg {};", qubit);
    if (letters[place] != 'z') before += fmt::format(" h {};", qubit), after += fmt::format(" h {};", qubit);
    if (letters[place] == 'y') after += fmt::format(" s {};", qubit);
    if (place + 1 < letters.size()) parity += fmt::format(" cx {}, a{};", qubit, letters.size() - 1);
  }
  definitions_ += fmt::format(
      "// exp(-i angle P / 2), letter k of P on qubit ak\ngate {}(angle_) {} {{{}{} rz(angle_) a{};{}{} }}\n", name,
      qubits, before, parity, letters.size() - 1, parity, after);
}

// More than one qubit: rotations about Pauli strings, and a phase where all controls are 1.
void GateWriter::write_large_matrix(const Gate& gate) {
  for (const ConstantRotation& step : decompose_unitary(*gate.matrix, gate.targets.size())) {
    const Pauli& local = step.pauli;
    // The product of letters has a factor i for every Y.
    const bool is_negative = ((local.phase ^ static_cast<std::uint32_t>(std::popcount(local.x & local.z))) & 2) != 0;
    const Angle angle = Angle::constant(is_negative ? -step.angle : step.angle);
    Gate rotation{GateKind::pauli_rotation, {}, gate.controls, {angle}};
    for (std::size_t place = 0; place < gate.targets.size(); ++place) {
      if (!((local.x | local.z) >> place & 1)) continue;
      rotation.targets.push_back(gate.targets[place]);
      rotation.x_mask |= (local.x >> place & 1) << gate.targets[place];
      rotation.z_mask |= (local.z >> place & 1) << gate.targets[place];
    }
    if (rotation.targets.empty()) {
      write_phase(scaled(angle, -0.5), gate.controls);
    } else {
      write_pauli_rotation(rotation);
    }
  }
}

// exp(i alpha) U(theta, phi, lambda); alpha is a phase where all controls are 1.
void GateWriter::write_matrix(const Gate& gate) {
  if (gate.targets.size() > 1) return write_large_matrix(gate);
  const std::vector<std::complex<double>>& m = *gate.matrix;
  const double theta = 2 * std::atan2(std::abs(m[2]), std::abs(m[0]));
  // Where the cosine or the sine vanishes, one of the phases is free.
  const bool has_cosine = std::abs(m[0]) > 1e-12, has_sine = std::abs(m[2]) > 1e-12;
  const double alpha = has_cosine ? std::arg(m[0]) : std::arg(m[2]);
  const double phi = has_cosine && has_sine ? std::arg(m[2]) - alpha : 0;
  const double lambda = has_sine ? std::arg(-m[1]) - alpha : std::arg(m[3]) - alpha;
  write_universal({Angle::constant(theta), Angle::constant(phi), Angle::constant(lambda)}, gate.controls,
                  gate.targets[0]);
  if (alpha != 0) write_phase(Angle::constant(alpha), gate.controls);
}

// A phase for every subset S of the targets where all of S are 1: the sum over its subsets of what the entries say, by
// inclusion and exclusion.
void GateWriter::write_diagonal(const Gate& gate) {
  std::vector<double> phases;
  for (const std::complex<double>& entry : *gate.matrix) phases.push_back(std::arg(entry));
  for (std::size_t bit = 1; bit < phases.size(); bit *= 2)
    for (std::size_t set = 0; set < phases.size(); ++set)
      if (set & bit) phases[set] -= phases[set ^ bit];
  for (std::size_t set = 0; set < phases.size(); ++set) {
    const double angle = std::remainder(phases[set], 2 * pi);
    if (angle == 0) continue;
    Qubits qubits = gate.controls;
    for (std::size_t place = 0; place < gate.targets.size(); ++place)
      if (set >> place & 1) qubits.push_back(gate.targets[place]);
    write_phase(Angle::constant(angle), qubits);
  }
}

}  // namespace tacit::quantum_sim::openqasm
