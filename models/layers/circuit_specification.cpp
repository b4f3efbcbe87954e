#include "models/layers/circuit_specification.h"

#include <utility>

#include "models/layers/circuit_ansatz.h"
#include "models/layers/circuit_encoding.h"
#include "models/layers/circuit_observables.h"

namespace tacit::models {

CircuitSpecification circuit_from_config(ConfigTable& table, std::size_t features) {
  const auto qubits = static_cast<std::uint32_t>(table.integer("qubits", {1, quantum_sim::max_state_qubits}));
  const quantum_sim::CircuitPart encode = read_encoding(table, features, qubits), ansatz = read_ansatz(table, qubits);
  const auto reuploads = static_cast<std::uint32_t>(table.integer("reuploads", {1, 1'000}, 1));
  if (reuploads > 1 && table.string("encoding") == "amplitude")
    table.refuse("reuploads", "amplitudes are the state that the circuit starts from: they are encoded once");
  quantum_sim::Circuit circuit(qubits);
  quantum_sim::append_reuploads(circuit, reuploads, encode, ansatz);
  return {std::move(circuit), read_observables(table, qubits)};
}

}  // namespace tacit::models
