#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/lie_circuit.h"
#include "quantum_sim/analysis/pauli_string_set.h"

namespace tacit::quantum_sim {

/// Two basis strings that a generator turns into one another: B_second = i [P, B_first] / 2.
struct PlanePair {
  std::uint32_t first, second;
};

/// How a circuit acts on expectation values e_a = Tr(B_a rho) of Pauli strings: rho -> exp(-i t P / 2) rho exp(i t P /
/// 2) leaves strings that commute with P and turns each pair of the others in its plane,
///   e_first -> cos(t) e_first + sin(t) e_second,   e_second -> cos(t) e_second - sin(t) e_first.
/// The pairs of one generator are disjoint.
///
/// The basis is the smallest set of strings around those of the observables that all generators map into itself: their
/// orbit under the adjoint action. For observables in the Lie algebra it is an ideal of it at most.
struct PlanePlan {
  PauliStringSet basis;
  std::vector<PlanePair> pairs;               ///< generator after generator, by first string
  std::vector<std::size_t> begin;             ///< of each generator's pairs, and the end of the last
  std::vector<std::uint32_t> generator;       ///< of each rotation
  std::vector<std::vector<double>> observed;  ///< each observable over the basis

  /// Pairs that one evolution turns.
  std::size_t turns() const noexcept;
};

/// Throws Error(resource) that says how far it got as soon as the basis has more than `limit` strings.
PlanePlan plan_planes(const PauliCircuit& circuit, const std::vector<PauliSum>& observables, std::size_t limit);

}  // namespace tacit::quantum_sim
