#include "quantum_sim/circuit/gate.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace tacit::quantum_sim {
namespace {

char pauli_letter(const Gate& gate, std::uint32_t qubit) {
  const bool x = gate.x_mask >> qubit & 1, z = gate.z_mask >> qubit & 1;
  return x && z ? 'Y' : x ? 'X' : 'Z';
}

std::string base_name(const Gate& gate) {
  if (gate.kind != GateKind::pauli_rotation) return to_string(gate.kind);
  std::string letters = "R_";
  for (const std::uint32_t qubit : gate.targets) letters += pauli_letter(gate, qubit);
  return letters;
}

std::string qubit_list(const std::vector<std::uint32_t>& qubits) {
  return fmt::format("qubit{} {}", qubits.size() == 1 ? "" : "s", fmt::join(qubits, ", "));
}

}  // namespace

std::size_t angle_count(GateKind kind) noexcept {
  switch (kind) {
    case GateKind::rx:
    case GateKind::ry:
    case GateKind::rz:
    case GateKind::phase:
    case GateKind::pauli_rotation:
      return 1;
    case GateKind::universal:
      return 3;
    default:
      return 0;
  }
}

bool is_unitary(GateKind kind) noexcept {
  return kind != GateKind::measure && kind != GateKind::reset;
}

const char* to_string(GateKind kind) noexcept {
  switch (kind) {
    case GateKind::identity:
      return "I";
    case GateKind::x:
      return "X";
    case GateKind::y:
      return "Y";
    case GateKind::z:
      return "Z";
    case GateKind::h:
      return "H";
    case GateKind::s:
      return "S";
    case GateKind::s_dagger:
      return "S-dagger";
    case GateKind::t:
      return "T";
    case GateKind::t_dagger:
      return "T-dagger";
    case GateKind::sqrt_x:
      return "SX";
    case GateKind::sqrt_x_dagger:
      return "SX-dagger";
    case GateKind::rx:
      return "R_X";
    case GateKind::ry:
      return "R_Y";
    case GateKind::rz:
      return "R_Z";
    case GateKind::phase:
      return "P";
    case GateKind::universal:
      return "U";
    case GateKind::swap:
      return "SWAP";
    case GateKind::iswap:
      return "iSWAP";
    case GateKind::pauli_rotation:
      return "R_P";
    case GateKind::unitary:
      return "unitary";
    case GateKind::diagonal:
      return "diagonal";
    case GateKind::measure:
      return "measure";
    case GateKind::reset:
      return "reset";
  }
  return "unknown gate";
}

std::string name(const Gate& gate) {
  const std::string base = base_name(gate);
  if (gate.controls.empty()) return base;
  if (gate.controls.size() == 1) return gate.kind == GateKind::x ? "CNOT" : "C" + base;
  return fmt::format("C{}-{}", gate.controls.size(), base);
}

std::string describe(const Gate& gate, std::size_t position) {
  if (gate.controls.empty()) return fmt::format("gate {} ({} on {})", position, name(gate), qubit_list(gate.targets));
  // CZ is symmetric, and read so.
  if (gate.kind == GateKind::z && gate.controls.size() == 1 && gate.targets.size() == 1)
    return fmt::format("gate {} (CZ on qubits {} and {})", position, gate.controls[0], gate.targets[0]);
  return fmt::format("gate {} ({} from {} to {})", position, name(gate), qubit_list(gate.controls),
                     qubit_list(gate.targets));
}

}  // namespace tacit::quantum_sim
