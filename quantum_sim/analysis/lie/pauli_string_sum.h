#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quantum_sim/analysis/lie/pauli_string.h"

namespace tacit::quantum_sim {

/// A Hermitian operator: a weighted sum of Pauli strings on one number of qubits.
struct PauliSum {
  struct Term {
    double coefficient = 1;
    PauliString string;
  };
  std::vector<Term> terms;

  PauliSum() = default;
  PauliSum(PauliString string) { terms.push_back({1, std::move(string)}); }  // a string is a sum of one term
  explicit PauliSum(std::vector<Term> list) : terms(std::move(list)) {}
};

/// Equal strings added up in order of first appearance, zero coefficients left out.
PauliSum simplified(const PauliSum& sum);

/// Whether the commutator is zero, up to rounding of the coefficients' products.
bool commute(const PauliSum& left, const PauliSum& right);

/// "XI + 0.5 ZZ"; "0" for an empty sum.
std::string to_string(const PauliSum& sum);

/// Throws Error(usage) that starts with `what` and names the term whose string is not on this many qubits or whose
/// coefficient is not finite.
void require_valid(const PauliSum& sum, std::uint32_t qubits, const std::string& what);

}  // namespace tacit::quantum_sim
