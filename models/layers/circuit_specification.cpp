#include "models/layers/circuit_specification.h"

#include <fmt/core.h>

#include <functional>

#include "quantum_sim/circuit/encodings.h"

namespace tacit::models {

using quantum_sim::Circuit;
using quantum_sim::Observable;

namespace {

constexpr double largest_factor = 1e6;

quantum_sim::Axis axis_of(const std::string& word) {
  return word == "x" ? quantum_sim::Axis::x : word == "y" ? quantum_sim::Axis::y : quantum_sim::Axis::z;
}

using Encoding = std::function<void(Circuit&)>;

void require_qubits(const ConfigTable& table, std::size_t needed, std::uint32_t qubits, std::size_t features) {
  if (needed > qubits)
    table.refuse("qubits",
                 fmt::format("{} features need {} qubits in this encoding, {} are given", features, needed, qubits));
}

Encoding read_angle(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const auto axis = axis_of(table.choice("encoding_axis", {"x", "y", "z"}, "x"));
  const double scale = table.number("input_scale", {-largest_factor, largest_factor}, 1.0);
  require_qubits(table, features, qubits, features);
  return [=](Circuit& circuit) {
    quantum_sim::append_angle_encoding(circuit, axis, static_cast<std::uint32_t>(features), scale);
  };
}

Encoding read_fourier_tower(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const auto each = static_cast<std::uint32_t>(table.integer("qubits_per_feature", {1, quantum_sim::max_state_qubits}));
  const double base = table.number("base", {1, largest_factor}, 5.0);
  const double gamma = table.number("gamma", {-largest_factor, largest_factor}, 1.0);
  require_qubits(table, features * each, qubits, features);
  return [=](Circuit& circuit) {
    quantum_sim::append_fourier_tower(circuit, static_cast<std::uint32_t>(features), each, base, gamma);
  };
}

Observable mean_z(std::uint32_t qubits) {
  Observable mean;
  for (std::uint32_t qubit = 0; qubit < qubits; ++qubit) {
    mean.terms.push_back({1.0 / qubits, 0, std::uint64_t{1} << qubit});
  }
  return mean;
}

std::vector<Observable> read_observables(ConfigTable& table, std::uint32_t qubits) {
  const std::string word = table.choice("observables", {"z_each", "z_first", "z_all", "z_mean"}, "z_each");
  if (word == "z_first") return {Observable::pauli_z(0)};
  if (word == "z_all") return {Observable::pauli_z_string((std::uint64_t{1} << qubits) - 1)};
  if (word == "z_mean") return {mean_z(qubits)};
  const auto outputs = static_cast<std::uint32_t>(table.integer("outputs", {1, qubits}, qubits));
  std::vector<Observable> all;
  for (std::uint32_t qubit = 0; qubit < outputs; ++qubit) all.push_back(Observable::pauli_z(qubit));
  return all;
}

}  // namespace

CircuitSpecification circuit_from_config(ConfigTable& table, std::size_t features) {
  const auto qubits = static_cast<std::uint32_t>(table.integer("qubits", {1, quantum_sim::max_state_qubits}));
  const std::string encoding = table.choice("encoding", {"angle", "fourier_tower"});
  const Encoding encode =
      encoding == "angle" ? read_angle(table, features, qubits) : read_fourier_tower(table, features, qubits);
  const auto layers = static_cast<std::uint32_t>(table.integer("layers", {1, 10'000}));
  const auto entangler = table.choice("entangler", {"cnot_chain", "cnot_ring"}, "cnot_chain") == "cnot_chain"
                             ? quantum_sim::Entangler::cnot_chain
                             : quantum_sim::Entangler::cnot_ring;
  const auto reuploads = table.integer("reuploads", {1, 1'000}, 1);

  Circuit circuit(qubits);
  std::uint32_t next_parameter = 0;
  for (std::int64_t i = 0; i < reuploads; ++i) {
    encode(circuit);
    next_parameter = quantum_sim::append_hardware_efficient(circuit, layers, entangler, next_parameter);
  }
  return {std::move(circuit), read_observables(table, qubits)};
}

}  // namespace tacit::models
