#include "quantum_sim/circuit/pauli_letters.h"

#include <string>
#include <vector>

#include "core/error.h"

namespace tacit::quantum_sim {

void require_pauli_letters(std::string_view letters, std::uint32_t qubits) {
  if (letters.size() > qubits)
    fail(ErrorKind::usage, "Pauli string '{}': {} letters for {} qubits", letters, letters.size(), qubits);
  if (const std::size_t place = letters.find_first_not_of("IXYZ"); place != std::string_view::npos)
    fail(ErrorKind::usage, "Pauli string '{}': its letters are I, X, Y and Z, not '{}'", letters, letters[place]);
  if (letters.find_first_of("XYZ") == std::string_view::npos)
    fail(ErrorKind::usage, "Pauli string '{}': a rotation needs a letter X, Y or Z", letters);
}

void append_pauli_string(Circuit& circuit, std::string_view letters, const Angle& angle) {
  require_pauli_letters(letters, circuit.qubits());
  std::string kept;
  std::vector<std::uint32_t> qubits;
  for (std::uint32_t qubit = 0; qubit < letters.size(); ++qubit) {
    if (letters[qubit] == 'I') continue;
    kept += letters[qubit];
    qubits.push_back(qubit);
  }
  circuit.pauli_rotation(kept, qubits, angle);
}

}  // namespace tacit::quantum_sim
