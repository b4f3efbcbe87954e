#include <fmt/format.h>

#include "core/error.h"
#include "quantum_sim/openqasm/gate_writer.h"
#include "quantum_sim/openqasm/openqasm.h"

namespace tacit::quantum_sim {
namespace {

void require_no_amplitudes(const Circuit& circuit) {
  if (circuit.encoded_amplitudes() > 0)
    fail(ErrorKind::usage, "OpenQASM starts from |0...0> and cannot say the amplitude encoding of this circuit");
}

std::string free_values(const char* mark, const char* name, std::size_t count) {
  if (count == 0) return "";
  return fmt::format("@tacit.{}\ninput array[float[64], {}] {};\n", mark, count, name);
}

Gate bound(Gate gate, std::span<const double> parameters, std::span<const double> inputs) {
  for (Angle& angle : gate.angles) angle = Angle::constant(value(angle, parameters, inputs));
  return gate;
}

}  // namespace

std::string export_openqasm3(const Circuit& circuit) {
  require_no_amplitudes(circuit);
  openqasm::GateWriter writer(3);
  for (std::size_t position = 0; position < circuit.gates().size(); ++position)
    writer.write(circuit.gates()[position], position);
  std::string text = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\n";
  text += free_values("parameter", "theta", circuit.parameters());
  text += free_values("input", "inputs", circuit.inputs());
  text += writer.definitions();
  text += fmt::format("qubit[{}] q;\n", circuit.qubits());
  if (circuit.classical_bits() > 0) text += fmt::format("bit[{}] c;\n", circuit.classical_bits());
  return text + writer.statements();
}

std::string export_openqasm2(const Circuit& circuit, std::span<const double> parameters,
                             std::span<const double> inputs) {
  require_no_amplitudes(circuit);
  if (parameters.size() < circuit.parameters() || inputs.size() < circuit.inputs())
    fail(
        ErrorKind::usage,
        "OpenQASM 2 has no free values: this circuit needs values for {} parameters and {} inputs, {} and {} are given",
        circuit.parameters(), circuit.inputs(), parameters.size(), inputs.size());
  openqasm::GateWriter writer(2);
  for (std::size_t position = 0; position < circuit.gates().size(); ++position) {
    const Gate gate = bound(circuit.gates()[position], parameters, inputs);
    for (const Angle& angle : gate.angles)
      if (!std::isfinite(angle.offset))
        fail(ErrorKind::usage, "{}: its angle is not finite at these values", describe(gate, position));
    writer.write(gate, position);
  }
  std::string text = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\n" + writer.definitions();
  text += fmt::format("qreg q[{}];\n", circuit.qubits());
  if (circuit.classical_bits() > 0) text += fmt::format("creg c[{}];\n", circuit.classical_bits());
  return text + writer.statements();
}

}  // namespace tacit::quantum_sim
