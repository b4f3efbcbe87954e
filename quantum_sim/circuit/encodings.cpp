#include "quantum_sim/circuit/encodings.h"

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

void append_rotation(Circuit& circuit, Axis axis, std::uint32_t qubit, const Angle& angle) {
  switch (axis) {
    case Axis::x:
      circuit.rx(qubit, angle);
      return;
    case Axis::y:
      circuit.ry(qubit, angle);
      return;
    case Axis::z:
      circuit.rz(qubit, angle);
      return;
  }
}

// Checked before the first gate is appended, so that a refused encoding leaves the circuit as it was.
void require_qubits(const Circuit& circuit, const char* what, std::uint64_t needed) {
  if (needed > circuit.qubits())
    fail(ErrorKind::usage, "{} needs {} qubits, the circuit has {}", what, needed, circuit.qubits());
}

void append_entangler(Circuit& circuit, Entangler entangler) {
  const std::uint32_t qubits = circuit.qubits();
  for (std::uint32_t qubit = 0; qubit + 1 < qubits; ++qubit) circuit.cnot(qubit, qubit + 1);
  // On two qubits the ring's last CNOT is the chain's own, backwards; on one there is nothing to entangle.
  if (entangler == Entangler::cnot_ring && qubits > 1) circuit.cnot(qubits - 1, 0);
}

}  // namespace

void append_angle_encoding(Circuit& circuit, Axis axis, std::uint32_t features, double scale,
                           std::uint32_t first_qubit) {
  require_qubits(circuit, "this angle encoding", std::uint64_t{first_qubit} + features);
  for (std::uint32_t feature = 0; feature < features; ++feature)
    append_rotation(circuit, axis, first_qubit + feature, Angle::input(feature, scale));
}

void append_fourier_tower(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature, double base,
                          double gamma) {
  require_qubits(circuit, "this Fourier tower", std::uint64_t{features} * qubits_per_feature);
  for (std::uint32_t feature = 0; feature < features; ++feature) {
    double scale = gamma;
    for (std::uint32_t level = 0; level < qubits_per_feature; ++level, scale *= base)
      circuit.rx(feature * qubits_per_feature + level, Angle::input(feature, scale));
  }
}

std::uint32_t append_hardware_efficient(Circuit& circuit, std::uint32_t layers, Entangler entangler,
                                        std::uint32_t first_parameter) {
  std::uint32_t next = first_parameter;
  for (std::uint32_t layer = 0; layer < layers; ++layer) {
    for (std::uint32_t qubit = 0; qubit < circuit.qubits(); ++qubit) {
      circuit.ry(qubit, Angle::parameter(next++));
      circuit.rz(qubit, Angle::parameter(next++));
    }
    append_entangler(circuit, entangler);
  }
  return next;
}

}  // namespace tacit::quantum_sim
