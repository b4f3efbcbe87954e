#include "quantum_sim/circuit/circuit.h"

#include <algorithm>
#include <utility>

#include "core/error.h"
#include "quantum_sim/circuit/gate_checks.h"

namespace tacit::quantum_sim {

Circuit::Circuit(std::uint32_t qubits) : qubits_(qubits) {
  if (qubits == 0 || qubits > max_qubits)
    fail(ErrorKind::usage, "a circuit has 1 to {} qubits, not {}", max_qubits, qubits);
}

Circuit& Circuit::append(Gate gate) {
  require_valid(gate, gates_.size(), qubits_);
  for (const Angle& angle : gate.angles) {
    parameters_ = std::max(parameters_, angle.count(Angle::Source::parameter));
    inputs_ = std::max(inputs_, angle.count(Angle::Source::input));
  }
  if (gate.kind == GateKind::measure) classical_bits_ = std::max(classical_bits_, std::size_t{gate.classical_bit} + 1);
  is_unitary_ = is_unitary_ && quantum_sim::is_unitary(gate.kind);
  gates_.push_back(std::move(gate));
  return *this;
}

Circuit& Circuit::pauli_rotation(std::string_view letters, const std::vector<std::uint32_t>& qubits, Angle angle) {
  if (letters.size() != qubits.size())
    fail(ErrorKind::usage, "gate {} (Pauli rotation): {} letters for {} qubits", gates_.size(), letters.size(),
         qubits.size());
  Gate gate{GateKind::pauli_rotation, qubits, {}, {angle}};
  for (std::size_t place = 0; place < letters.size(); ++place) {
    const char letter = letters[place];
    if (letter != 'X' && letter != 'Y' && letter != 'Z')
      fail(ErrorKind::usage, "gate {} (Pauli rotation): its letters are X, Y and Z, not '{}'", gates_.size(), letter);
    // Out of range is found, and named, when the gate is appended.
    const std::uint64_t bit = qubits[place] < 64 ? std::uint64_t{1} << qubits[place] : 0;
    if (letter != 'Z') gate.x_mask |= bit;
    if (letter != 'X') gate.z_mask |= bit;
  }
  std::sort(gate.targets.begin(), gate.targets.end());
  return append(std::move(gate));
}

Circuit& Circuit::unitary(std::vector<std::uint32_t> targets, std::vector<std::complex<double>> matrix) {
  Gate gate{GateKind::unitary, std::move(targets)};
  gate.matrix = std::make_shared<const std::vector<std::complex<double>>>(std::move(matrix));
  return append(std::move(gate));
}

Circuit& Circuit::diagonal(std::vector<std::uint32_t> targets, std::vector<std::complex<double>> entries) {
  Gate gate{GateKind::diagonal, std::move(targets)};
  gate.matrix = std::make_shared<const std::vector<std::complex<double>>>(std::move(entries));
  return append(std::move(gate));
}

Circuit& Circuit::encode_amplitudes(std::size_t count) {
  if (!gates_.empty())
    fail(ErrorKind::usage, "amplitude encoding comes before the first gate, but the circuit has {} gates",
         gates_.size());
  if (count == 0 || (qubits_ < 63 && count > std::size_t{1} << qubits_))
    fail(ErrorKind::usage, "amplitude encoding on {} qubits takes 1 to 2^{} inputs, not {}", qubits_, qubits_, count);
  encoded_amplitudes_ = count;
  inputs_ = std::max(inputs_, count);
  return *this;
}

}  // namespace tacit::quantum_sim
