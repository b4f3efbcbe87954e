#include "models/layers/circuit_specification.h"

#include <fmt/core.h>

#include <utility>

#include "core/memory.h"
#include "models/layers/circuit_ansatz.h"
#include "models/layers/circuit_encoding.h"
#include "models/layers/circuit_observables.h"

namespace tacit::models {

namespace {

std::size_t gates_of(const quantum_sim::CircuitPart& part, std::uint32_t qubits) {
  quantum_sim::Circuit circuit(qubits);
  part(circuit, 0);
  return circuit.gates().size();
}

/// Refuses a circuit whose description does not fit into memory, by the gates of an encoding and of a layer.
void require_room(const ConfigTable& table, const quantum_sim::CircuitPart& encode,
                  const quantum_sim::CircuitPart& layer, std::uint32_t qubits, std::uint32_t layers,
                  std::uint32_t reuploads) {
  // A gate with its lists, twice (layer and simulator), and what it is compiled to.
  constexpr double bytes_a_gate = 2 * (sizeof(quantum_sim::Gate) + 4 * sizeof(std::uint32_t)) + 256;
  const double gates = reuploads * (static_cast<double>(gates_of(encode, qubits)) +
                                    static_cast<double>(layers) * static_cast<double>(gates_of(layer, qubits)));
  const std::string objection =
      memory_objection(gates * bytes_a_gate,
                       fmt::format("a circuit of {} reuploads of {} layers, {:.0f} gates", reuploads, layers, gates));
  if (!objection.empty()) table.refuse(reuploads > layers ? "reuploads" : "layers", objection);
}

}  // namespace

CircuitSpecification circuit_from_config(ConfigTable& table, std::size_t features) {
  const auto qubits = static_cast<std::uint32_t>(table.integer("qubits", {1, quantum_sim::max_state_qubits}));
  const quantum_sim::CircuitPart encode = read_encoding(table, features, qubits);
  const Ansatz ansatz = read_ansatz(table, qubits);
  const auto reuploads = static_cast<std::uint32_t>(table.integer("reuploads", {1, 1'000}, 1));
  if (reuploads > 1 && table.string("encoding") == "amplitude")
    table.refuse("reuploads", "amplitudes are the state that the circuit starts from: they are encoded once");
  require_room(table, encode, ansatz.with_layers(1), qubits, ansatz.layers, reuploads);
  quantum_sim::Circuit circuit(qubits);
  quantum_sim::append_reuploads(circuit, reuploads, encode, ansatz.whole());
  return {std::move(circuit), read_observables(table, qubits)};
}

}  // namespace tacit::models
