#include "quantum_sim/circuit/encodings.h"

#include <algorithm>
#include <numbers>

#include "core/error.h"
#include "quantum_sim/circuit/pauli_letters.h"

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

template <class Append>
void for_each_pair(std::uint32_t qubits, Pairs pairs, Append append) {
  for (std::uint32_t first = 0; first < qubits; ++first)
    for (std::uint32_t second = first + 1; second < (pairs == Pairs::all ? qubits : std::min(first + 2, qubits));
         ++second)
      append(first, second);
}

template <class Single, class Pair>
void append_diagonal_map(Circuit& circuit, std::uint32_t features, std::uint32_t repetitions, Pairs pairs,
                         Single single, Pair pair) {
  for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
    for (std::uint32_t qubit = 0; qubit < features; ++qubit) circuit.h(qubit);
    for (std::uint32_t qubit = 0; qubit < features; ++qubit) circuit.rz(qubit, single(qubit));
    for_each_pair(features, pairs,
                  [&](std::uint32_t first, std::uint32_t second) { circuit.rzz(first, second, pair(first, second)); });
  }
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

void append_chebyshev_tower(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature) {
  require_qubits(circuit, "this Chebyshev tower", std::uint64_t{features} * qubits_per_feature);
  for (std::uint32_t feature = 0; feature < features; ++feature)
    for (std::uint32_t level = 1; level <= qubits_per_feature; ++level)
      circuit.ry(feature * qubits_per_feature + level - 1, Angle::arccos_input(feature, 2.0 * level));
}

void append_chebyshev_graph(Circuit& circuit, std::uint32_t features, std::uint32_t qubits_per_feature,
                            std::uint32_t degree, std::uint32_t repetitions, Pairs pairs) {
  require_qubits(circuit, "this Chebyshev graph", std::uint64_t{features} * qubits_per_feature);
  if (degree == 0) fail(ErrorKind::usage, "a Chebyshev graph of degree 0 encodes nothing");
  for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition) {
    for (std::uint32_t feature = 0; feature < features; ++feature)
      for (std::uint32_t k = 0; k < qubits_per_feature; ++k)
        circuit.ry(feature * qubits_per_feature + k, Angle::arccos_input(feature, 2.0 * (1 + k % degree)));
    for_each_pair(features * qubits_per_feature, pairs,
                  [&](std::uint32_t first, std::uint32_t second) { circuit.cz(first, second); });
  }
}

void append_pauli_product(Circuit& circuit, const std::vector<std::string>& strings, double scale) {
  for (const std::string& letters : strings) require_pauli_letters(letters, circuit.qubits());
  for (std::uint32_t feature = 0; feature < strings.size(); ++feature)
    append_pauli_string(circuit, strings[feature], Angle::input(feature, scale));
}

void append_zz_feature_map(Circuit& circuit, std::uint32_t features, std::uint32_t repetitions, Pairs pairs) {
  require_qubits(circuit, "this ZZ feature map", features);
  // (pi - x_j)(pi - x_k) = (x_j - pi)(x_k - pi).
  const auto factor = [](std::uint32_t index) {
    return Angle::Factor{Angle::Source::input, index, Angle::Function::identity, -std::numbers::pi};
  };
  append_diagonal_map(
      circuit, features, repetitions, pairs, [](std::uint32_t qubit) { return Angle::input(qubit, -2); },
      [&](std::uint32_t first, std::uint32_t second) { return Angle::product(factor(first), factor(second), -2); });
}

void append_iqp_feature_map(Circuit& circuit, std::uint32_t features, std::uint32_t repetitions, Pairs pairs) {
  require_qubits(circuit, "this IQP feature map", features);
  const auto factor = [](std::uint32_t index) { return Angle::Factor{Angle::Source::input, index}; };
  append_diagonal_map(
      circuit, features, repetitions, pairs, [](std::uint32_t qubit) { return Angle::input(qubit); },
      [&](std::uint32_t first, std::uint32_t second) { return Angle::product(factor(first), factor(second)); });
}

std::uint32_t append_trainable_frequencies(Circuit& circuit, Axis axis, std::uint32_t features,
                                           std::uint32_t first_parameter) {
  require_qubits(circuit, "this encoding", features);
  for (std::uint32_t feature = 0; feature < features; ++feature)
    append_rotation(
        circuit, axis, feature,
        Angle::product({Angle::Source::parameter, first_parameter + feature}, {Angle::Source::input, feature}));
  return first_parameter + features;
}

std::uint32_t append_reuploads(Circuit& circuit, std::uint32_t repetitions, const CircuitPart& encode,
                               const CircuitPart& ansatz, std::uint32_t first_parameter) {
  std::uint32_t next = first_parameter;
  for (std::uint32_t repetition = 0; repetition < repetitions; ++repetition)
    next = ansatz(circuit, encode(circuit, next));
  return next;
}

}  // namespace tacit::quantum_sim
