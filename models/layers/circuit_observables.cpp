#include "models/layers/circuit_observables.h"

#include <fmt/core.h>

#include <bit>
#include <string>

#include "core/error.h"
#include "quantum_sim/circuit/observables.h"

namespace tacit::models {

using quantum_sim::Observable;

namespace {

constexpr double largest_constant = 1e6;

std::vector<Observable> read_sums(ConfigTable& table, std::uint32_t qubits) {
  std::vector<Observable> all;
  for (const std::string& text : table.strings("pauli_sums")) {
    try {
      all.push_back(quantum_sim::parse_observable(text));
    } catch (const Error& error) {
      table.refuse("pauli_sums", error.what());
    }
    for (const quantum_sim::PauliTerm& term : all.back().terms)
      if (const int highest = std::bit_width(term.x_mask | term.z_mask); highest > static_cast<int>(qubits))
        table.refuse("pauli_sums", fmt::format("\"{}\": qubit {} is out of range, the circuit has qubits 0 to {}", text,
                                               highest - 1, qubits - 1));
  }
  if (all.empty()) table.refuse("pauli_sums", "expected one observable or more");
  return all;
}

Observable read_ising_energy(ConfigTable& table, std::uint32_t qubits) {
  const double coupling = table.number("coupling", {-largest_constant, largest_constant}, 1.0);
  const double field = table.number("field", {-largest_constant, largest_constant}, 1.0);
  return quantum_sim::ising_energy(qubits, coupling, field);
}

}  // namespace

std::vector<Observable> read_observables(ConfigTable& table, std::uint32_t qubits) {
  const std::string word =
      table.choice("observables", {"z_each", "z_first", "z_all", "z_mean", "ising_energy", "pauli_sums"}, "z_each");
  if (word == "z_first") return {Observable::pauli_z(0)};
  if (word == "z_all") return {Observable::pauli_z_string((std::uint64_t{1} << qubits) - 1)};
  if (word == "z_mean") return {quantum_sim::sum_of_z(qubits, 1.0 / qubits)};
  if (word == "ising_energy") return {read_ising_energy(table, qubits)};
  if (word == "pauli_sums") return read_sums(table, qubits);
  const auto outputs = static_cast<std::uint32_t>(table.integer("outputs", {1, qubits}, qubits));
  std::vector<Observable> all;
  for (std::uint32_t qubit = 0; qubit < outputs; ++qubit) all.push_back(Observable::pauli_z(qubit));
  return all;
}

}  // namespace tacit::models
