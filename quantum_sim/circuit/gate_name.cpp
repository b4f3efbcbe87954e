#include "quantum_sim/circuit/gate_name.h"

#include <fmt/core.h>

namespace tacit::quantum_sim {

const char* to_string(GateKind kind) noexcept {
  switch (kind) {
    case GateKind::rx:
      return "R_X";
    case GateKind::ry:
      return "R_Y";
    case GateKind::rz:
      return "R_Z";
    case GateKind::cnot:
      return "CNOT";
    case GateKind::cz:
      return "CZ";
  }
  return "unknown gate";
}

std::string describe(const Gate& gate, std::size_t position) {
  switch (gate.kind) {
    case GateKind::cnot:
      return fmt::format("gate {} (CNOT from qubit {} to qubit {})", position, gate.control, gate.target);
    case GateKind::cz:
      return fmt::format("gate {} (CZ on qubits {} and {})", position, gate.control, gate.target);
    default:
      return fmt::format("gate {} ({} on qubit {})", position, to_string(gate.kind), gate.target);
  }
}

}  // namespace tacit::quantum_sim
