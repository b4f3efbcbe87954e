#include "models/layers/circuit_encoding.h"

#include <fmt/core.h>

#include <string>
#include <vector>

#include "core/error.h"
#include "quantum_sim/circuit/pauli_letters.h"

namespace tacit::models {

using quantum_sim::Circuit;
using quantum_sim::CircuitPart;

namespace {

constexpr double largest_factor = 1e6;

quantum_sim::Axis read_axis(ConfigTable& table) {
  const std::string word = table.choice("encoding_axis", {"x", "y", "z"}, "x");
  return word == "x" ? quantum_sim::Axis::x : word == "y" ? quantum_sim::Axis::y : quantum_sim::Axis::z;
}

double read_scale(ConfigTable& table) {
  return table.number("input_scale", {-largest_factor, largest_factor}, 1.0);
}

void require_qubits(const ConfigTable& table, std::size_t needed, std::uint32_t qubits, std::size_t features) {
  if (needed > qubits)
    table.refuse("qubits",
                 fmt::format("{} features need {} qubits in this encoding, {} are given", features, needed, qubits));
}

/// An encoding without parameters of its own.
template <class Append>
CircuitPart fixed(Append append) {
  return [append](Circuit& circuit, std::uint32_t next_parameter) {
    append(circuit);
    return next_parameter;
  };
}

CircuitPart read_angle(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const quantum_sim::Axis axis = read_axis(table);
  const double scale = read_scale(table);
  require_qubits(table, features, qubits, features);
  const auto count = static_cast<std::uint32_t>(features);
  return fixed([=](Circuit& circuit) { quantum_sim::append_angle_encoding(circuit, axis, count, scale); });
}

CircuitPart read_trainable_frequencies(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const quantum_sim::Axis axis = read_axis(table);
  require_qubits(table, features, qubits, features);
  const auto count = static_cast<std::uint32_t>(features);
  return [=](Circuit& circuit, std::uint32_t next_parameter) {
    return quantum_sim::append_trainable_frequencies(circuit, axis, count, next_parameter);
  };
}

std::uint32_t read_qubits_per_feature(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const auto each = static_cast<std::uint32_t>(table.integer("qubits_per_feature", {1, quantum_sim::max_state_qubits}));
  require_qubits(table, features * each, qubits, features);
  return each;
}

CircuitPart read_fourier_tower(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const std::uint32_t each = read_qubits_per_feature(table, features, qubits);
  const double base = table.number("base", {1, largest_factor}, 5.0);
  const double gamma = table.number("gamma", {-largest_factor, largest_factor}, 1.0);
  const auto count = static_cast<std::uint32_t>(features);
  return fixed([=](Circuit& circuit) { quantum_sim::append_fourier_tower(circuit, count, each, base, gamma); });
}

CircuitPart read_chebyshev_tower(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const std::uint32_t each = read_qubits_per_feature(table, features, qubits);
  const auto count = static_cast<std::uint32_t>(features);
  return fixed([=](Circuit& circuit) { quantum_sim::append_chebyshev_tower(circuit, count, each); });
}

CircuitPart read_chebyshev_graph(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const std::uint32_t each = read_qubits_per_feature(table, features, qubits);
  const auto degree = static_cast<std::uint32_t>(table.integer("chebyshev_degree", {1, 100}, 1));
  const auto repetitions = static_cast<std::uint32_t>(table.integer("encoding_repetitions", {1, 100}, 1));
  const auto pairs = table.choice("encoding_pairs", {"all", "chain"}, "chain") == "all" ? quantum_sim::Pairs::all
                                                                                        : quantum_sim::Pairs::chain;
  const auto count = static_cast<std::uint32_t>(features);
  return fixed(
      [=](Circuit& circuit) { quantum_sim::append_chebyshev_graph(circuit, count, each, degree, repetitions, pairs); });
}

CircuitPart read_pauli_product(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const std::vector<std::string> strings = table.strings("encoding_strings");
  const double scale = read_scale(table);
  if (strings.size() != features)
    table.refuse("encoding_strings",
                 fmt::format("expected a Pauli string for each of {} features, got {}", features, strings.size()));
  for (const std::string& letters : strings) {
    try {
      quantum_sim::require_pauli_letters(letters, qubits);
    } catch (const Error& error) {
      table.refuse("encoding_strings", error.what());
    }
  }
  return fixed([=](Circuit& circuit) { quantum_sim::append_pauli_product(circuit, strings, scale); });
}

CircuitPart read_feature_map(ConfigTable& table, std::size_t features, std::uint32_t qubits, bool is_zz) {
  const auto repetitions = static_cast<std::uint32_t>(table.integer("encoding_repetitions", {1, 100}, 2));
  const auto pairs = table.choice("encoding_pairs", {"all", "chain"}, "all") == "all" ? quantum_sim::Pairs::all
                                                                                      : quantum_sim::Pairs::chain;
  require_qubits(table, features, qubits, features);
  const auto count = static_cast<std::uint32_t>(features);
  return fixed([=](Circuit& circuit) {
    (is_zz ? quantum_sim::append_zz_feature_map : quantum_sim::append_iqp_feature_map)(circuit, count, repetitions,
                                                                                       pairs);
  });
}

CircuitPart read_amplitude(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  std::size_t needed = 0;
  while (std::size_t{1} << needed < features) ++needed;
  require_qubits(table, needed, qubits, features);
  return fixed([=](Circuit& circuit) { circuit.encode_amplitudes(features); });
}

}  // namespace

CircuitPart read_encoding(ConfigTable& table, std::size_t features, std::uint32_t qubits) {
  const std::string word =
      table.choice("encoding", {"angle", "fourier_tower", "chebyshev_tower", "chebyshev_graph", "pauli_product",
                                "zz_feature_map", "iqp_feature_map", "trainable_frequencies", "amplitude"});
  if (word == "angle") return read_angle(table, features, qubits);
  if (word == "fourier_tower") return read_fourier_tower(table, features, qubits);
  if (word == "chebyshev_tower") return read_chebyshev_tower(table, features, qubits);
  if (word == "chebyshev_graph") return read_chebyshev_graph(table, features, qubits);
  if (word == "pauli_product") return read_pauli_product(table, features, qubits);
  if (word == "trainable_frequencies") return read_trainable_frequencies(table, features, qubits);
  if (word == "amplitude") return read_amplitude(table, features, qubits);
  return read_feature_map(table, features, qubits, word == "zz_feature_map");
}

}  // namespace tacit::models
