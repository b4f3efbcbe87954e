#include "quantum_sim/analysis/lie/pauli_string_sum.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "core/error.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {

PauliSum simplified(const PauliSum& sum) {
  PauliSum result;
  if (sum.terms.empty()) return result;
  PauliStringSet strings(sum.terms.front().string.qubits());
  for (const PauliSum::Term& term : sum.terms) {
    const auto [number, is_new] = strings.insert(term.string);
    if (is_new)
      result.terms.push_back(term);
    else
      result.terms[number].coefficient += term.coefficient;
  }
  std::erase_if(result.terms, [](const PauliSum::Term& term) { return term.coefficient == 0; });
  return result;
}

bool commute(const PauliSum& left, const PauliSum& right) {
  PauliSum commutator;
  double largest = 0;
  for (const PauliSum::Term& one : left.terms)
    for (const PauliSum::Term& two : right.terms)
      if (std::optional<SignedPauliString> part = bracket(one.string, two.string)) {
        const double coefficient = part->sign * one.coefficient * two.coefficient;
        largest = std::max(largest, std::abs(coefficient));
        commutator.terms.push_back({coefficient, std::move(part->string)});
      }
  const PauliSum sum = simplified(commutator);
  return std::all_of(sum.terms.begin(), sum.terms.end(),
                     [&](const PauliSum::Term& term) { return std::abs(term.coefficient) <= 1e-12 * largest; });
}

std::string to_string(const PauliSum& sum) {
  std::string text;
  for (const PauliSum::Term& term : sum.terms) {
    const double magnitude = std::abs(term.coefficient);
    if (text.empty())
      text = term.coefficient < 0 ? "-" : "";
    else
      text += term.coefficient < 0 ? " - " : " + ";
    if (magnitude != 1) text += fmt::format("{:.6g} ", magnitude);
    text += term.string.text();
  }
  return text.empty() ? "0" : text;
}

void require_valid(const PauliSum& sum, std::uint32_t qubits, const std::string& what) {
  for (std::size_t place = 0; place < sum.terms.size(); ++place) {
    const PauliSum::Term& term = sum.terms[place];
    if (term.string.qubits() != qubits)
      fail(ErrorKind::usage, "{}, term {}: its Pauli string is on {} qubits, expected {}", what, place,
           term.string.qubits(), qubits);
    if (!std::isfinite(term.coefficient))
      fail(ErrorKind::usage, "{}, term {}: its coefficient must be finite, not {}", what, place, term.coefficient);
  }
}

}  // namespace tacit::quantum_sim
