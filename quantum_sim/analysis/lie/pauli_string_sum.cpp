#include "quantum_sim/analysis/lie/pauli_string_sum.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

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
