#include "quantum_sim/circuit/circuit.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/gate_name.h"

namespace tacit::quantum_sim {
namespace {

bool is_rotation(GateKind kind) {
  return kind == GateKind::rx || kind == GateKind::ry || kind == GateKind::rz;
}

void require_qubit(const Gate& gate, std::size_t position, std::uint32_t qubit, std::uint32_t qubits) {
  if (qubit >= qubits)
    fail(ErrorKind::usage, "{}: qubit {} is out of range, the circuit has qubits 0 to {}", describe(gate, position),
         qubit, qubits - 1);
}

void require_finite_angle(const Gate& gate, std::size_t position) {
  if (!std::isfinite(gate.angle.scale) || !std::isfinite(gate.angle.offset))
    fail(ErrorKind::usage, "{}: its angle must be finite, but has scale {} and offset {}", describe(gate, position),
         gate.angle.scale, gate.angle.offset);
}

}  // namespace

Circuit::Circuit(std::uint32_t qubits) : qubits_(qubits) {
  if (qubits == 0 || qubits > max_qubits)
    fail(ErrorKind::usage, "a circuit has 1 to {} qubits, not {}", max_qubits, qubits);
}

Circuit& Circuit::append(Gate gate) {
  const std::size_t position = gates_.size();
  require_qubit(gate, position, gate.target, qubits_);
  if (is_rotation(gate.kind)) {
    require_finite_angle(gate, position);
  } else {
    require_qubit(gate, position, gate.control, qubits_);
    if (gate.control == gate.target) fail(ErrorKind::usage, "{}: its two qubits must differ", describe(gate, position));
  }
  const std::size_t used = std::size_t{gate.angle.index} + 1;
  if (gate.angle.source == Angle::Source::parameter) parameters_ = std::max(parameters_, used);
  if (gate.angle.source == Angle::Source::input) inputs_ = std::max(inputs_, used);
  gates_.push_back(gate);
  return *this;
}

Circuit& Circuit::rx(std::uint32_t target, Angle angle) {
  return append({GateKind::rx, target, 0, angle});
}
Circuit& Circuit::ry(std::uint32_t target, Angle angle) {
  return append({GateKind::ry, target, 0, angle});
}
Circuit& Circuit::rz(std::uint32_t target, Angle angle) {
  return append({GateKind::rz, target, 0, angle});
}
Circuit& Circuit::cnot(std::uint32_t control, std::uint32_t target) {
  return append({GateKind::cnot, target, control, {}});
}
Circuit& Circuit::cz(std::uint32_t first, std::uint32_t second) {
  return append({GateKind::cz, second, first, {}});
}

}  // namespace tacit::quantum_sim
