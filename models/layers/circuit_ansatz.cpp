#include "models/layers/circuit_ansatz.h"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "quantum_sim/circuit/ansaetze.h"
#include "quantum_sim/circuit/pauli_letters.h"

namespace tacit::models {

using quantum_sim::Circuit;
using quantum_sim::CircuitPart;

namespace {

using Layered = std::function<CircuitPart(std::uint32_t layers)>;

/// From append(circuit, layers, next parameter).
template <class Append>
Layered layered(Append append) {
  return [append](std::uint32_t layers) -> CircuitPart {
    return [append, layers](Circuit& circuit, std::uint32_t next_parameter) {
      return append(circuit, layers, next_parameter);
    };
  };
}

Layered read_hardware_efficient(ConfigTable& table) {
  const auto entangler = table.choice("entangler", {"cnot_chain", "cnot_ring"}, "cnot_chain") == "cnot_chain"
                             ? quantum_sim::Entangler::cnot_chain
                             : quantum_sim::Entangler::cnot_ring;
  return layered([=](Circuit& circuit, std::uint32_t layers, std::uint32_t next_parameter) {
    return quantum_sim::append_hardware_efficient(circuit, layers, entangler, next_parameter);
  });
}

Layered read_model(ConfigTable& table, bool is_ising) {
  const auto sharing = table.choice("sharing", {"per_group", "per_term"}, "per_group") == "per_group"
                           ? quantum_sim::Sharing::per_group
                           : quantum_sim::Sharing::per_term;
  const auto boundary = table.choice("boundary", {"open", "periodic"}, "open") == "open"
                            ? quantum_sim::Boundary::open
                            : quantum_sim::Boundary::periodic;
  return layered([=](Circuit& circuit, std::uint32_t layers, std::uint32_t next_parameter) {
    return (is_ising ? quantum_sim::append_transverse_field_ising : quantum_sim::append_xxz)(circuit, layers, sharing,
                                                                                             boundary, next_parameter);
  });
}

Layered read_pauli_rotations(ConfigTable& table, std::uint32_t qubits) {
  const std::vector<std::string> strings = table.strings("ansatz_strings");
  if (strings.empty()) table.refuse("ansatz_strings", "expected one Pauli string or more");
  for (const std::string& letters : strings) {
    try {
      quantum_sim::require_pauli_letters(letters, qubits);
    } catch (const Error& error) {
      table.refuse("ansatz_strings", error.what());
    }
  }
  return layered([=](Circuit& circuit, std::uint32_t layers, std::uint32_t next_parameter) {
    return quantum_sim::append_pauli_rotations(circuit, layers, strings, next_parameter);
  });
}

Layered read_by_word(ConfigTable& table, const std::string& word, std::uint32_t qubits) {
  if (word == "hardware_efficient") return read_hardware_efficient(table);
  if (word == "pauli_rotations") return read_pauli_rotations(table, qubits);
  if (word == "transverse_field_ising" || word == "xxz") return read_model(table, word != "xxz");
  auto* const append = word == "strongly_entangling" ? quantum_sim::append_strongly_entangling
                       : word == "matchgate"         ? quantum_sim::append_matchgates
                                                     : quantum_sim::append_su4_bricks;
  return layered(append);
}

}  // namespace

Ansatz read_ansatz(ConfigTable& table, std::uint32_t qubits) {
  const std::string word = table.choice("ansatz",
                                        {"hardware_efficient", "strongly_entangling", "transverse_field_ising", "xxz",
                                         "matchgate", "su4_brick", "pauli_rotations"},
                                        "hardware_efficient");
  const auto layers = static_cast<std::uint32_t>(table.integer("layers", {1, 10'000}));
  if (qubits < 2 && (word == "xxz" || word == "matchgate" || word == "su4_brick"))
    table.refuse("qubits", fmt::format("the ansatz {} needs 2 qubits or more", word));
  return {layers, read_by_word(table, word, qubits)};
}

}  // namespace tacit::models
