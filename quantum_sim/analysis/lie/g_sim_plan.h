#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/lie/lie_circuit.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {

/// Two basis strings that a generator turns into one another: B_second = i [P, B_first] / 2.
struct PlanePair {
  std::uint32_t first, second;
};

/// Pairs (first + t, second + t) for t = 0..length-1.
struct PlaneRun {
  std::uint32_t first, second, length;
};

/// The pairs of one kind, generator after generator.
template <class Kind>
struct ByGenerator {
  std::vector<Kind> items;
  std::vector<std::size_t> begin{0};  ///< of each generator's items, and the end of the last
};

/// How a circuit acts on expectation values e_a = Tr(B_a rho) of Pauli strings: rho -> exp(-i t P / 2) rho exp(i t P /
/// 2) leaves strings that commute with P and turns each pair of the others in its plane,
///   e_first -> cos(t) e_first + sin(t) e_second,   e_second -> cos(t) e_second - sin(t) e_first.
/// The pairs of one generator are disjoint.
///
/// The basis is the smallest set of strings around those of the observables that all generators map into itself: their
/// orbit under the adjoint action. It is sorted by its letters, the highest qubit first: then what a generator changes
/// at high qubits moves long stretches of neighbours side by side, and what it changes at low ones stays near. So most
/// pairs lie in runs that load as vectors, or side by side.
struct PlanePlan {
  static constexpr std::uint32_t shortest_run = 4;

  PauliStringSet basis;
  ByGenerator<PlaneRun> runs;
  ByGenerator<std::uint32_t> rising;   ///< pairs (k, k + 1), by k
  ByGenerator<std::uint32_t> falling;  ///< pairs (k + 1, k), by k
  ByGenerator<PlanePair> scattered;
  std::vector<std::uint32_t> generator;       ///< of each rotation
  std::vector<std::vector<double>> observed;  ///< each observable over the basis
  std::size_t turns = 0;                      ///< pairs that one evolution turns
};

/// Throws Error(resource) that says how far it got as soon as the basis has more than `limit` strings.
PlanePlan plan_planes(const PauliCircuit& circuit, const std::vector<PauliSum>& observables, std::size_t limit);

}  // namespace tacit::quantum_sim
