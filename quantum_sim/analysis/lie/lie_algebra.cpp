#include "quantum_sim/analysis/lie/lie_algebra.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "quantum_sim/analysis/lie/lie_orbit.h"
#include "quantum_sim/analysis/lie/lie_sum_closure.h"
#include "quantum_sim/analysis/lie/lie_sum_ideals.h"

namespace tacit::quantum_sim {
namespace {

void close_strings(LieAlgebra& algebra, std::size_t limit) {
  PauliStringSet generators(algebra.qubits);
  for (const PauliSum& generator : algebra.generators) generators.insert(generator.terms.front().string);
  algebra.strings = generators;
  close_under_brackets(
      algebra.strings, generators, limit,
      fmt::format("the dynamical Lie algebra of {} Pauli strings on {} qubits", generators.size(), algebra.qubits));
  algebra.dimension = algebra.strings.size();
  LieDecomposition parts = decompose(algebra.strings, generators);
  algebra.centre_dimension = parts.centre.size();
  algebra.ideals = std::move(parts.ideals);
}

void close_sums(LieAlgebra& algebra, const LieLimits& limits) {
  algebra.is_spanned_by_strings = false;
  SumClosure closure(algebra.qubits, algebra.generators, limits.max_summed_dimension, limits.max_summed_terms);
  algebra.dimension = closure.dimension();
  algebra.centre_dimension = closure.centre_dimension();
  for (std::size_t number = 0; number < closure.dimension(); ++number) {
    PauliSum element;
    for (const auto& [string, coefficient] : closure.element(number))
      element.terms.push_back({coefficient, closure.strings()[string]});
    algebra.summed_basis.push_back(std::move(element));
  }
  algebra.strings = closure.strings();
  algebra.ideals = decompose_sums(algebra.strings, algebra.generators, algebra.dimension, algebra.centre_dimension);
}

std::string structure_of(const LieAlgebra& algebra) {
  std::vector<std::pair<std::string, std::size_t>> kinds;  // in order of first appearance
  for (const LieIdeal& ideal : algebra.ideals) {
    const auto same = [&](const auto& kind) { return kind.first == ideal.name; };
    auto kind = std::find_if(kinds.begin(), kinds.end(), same);
    if (kind == kinds.end()) kind = kinds.insert(kind, {ideal.name, 0});
    kind->second += ideal.copies;
  }
  std::vector<std::string> parts;
  for (const auto& [name, copies] : kinds) parts.push_back(copies == 1 ? name : fmt::format("{} {}", copies, name));
  if (algebra.ideals.empty() && algebra.dimension > algebra.centre_dimension)
    parts.push_back(fmt::format("semisimple of dimension {}", algebra.dimension - algebra.centre_dimension));
  if (algebra.centre_dimension == 1) parts.push_back("u(1)");
  if (algebra.centre_dimension > 1) parts.push_back(fmt::format("{} u(1)", algebra.centre_dimension));
  return parts.empty() ? "0" : fmt::format("{}", fmt::join(parts, " + "));
}

}  // namespace

LieAlgebra dynamical_lie_algebra(std::uint32_t qubits, const std::vector<PauliSum>& generators,
                                 const LieLimits& limits) {
  const auto start = std::chrono::steady_clock::now();
  for (std::size_t place = 0; place < generators.size(); ++place)
    require_valid(generators[place], qubits, fmt::format("generator {}", place));
  LieAlgebra algebra;
  algebra.qubits = PauliString(qubits).qubits();
  algebra.generators = distinct_generators(generators);
  const bool are_strings = std::all_of(algebra.generators.begin(), algebra.generators.end(),
                                       [](const PauliSum& sum) { return sum.terms.size() == 1; });
  if (are_strings)
    close_strings(algebra, limits.max_dimension);
  else
    close_sums(algebra, limits);
  algebra.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return algebra;
}

LieAlgebra dynamical_lie_algebra(const PauliCircuit& circuit, const GeneratorSources& sources,
                                 const LieLimits& limits) {
  return dynamical_lie_algebra(circuit.qubits(), generators(circuit, sources), limits);
}

LieAlgebra dynamical_lie_algebra(const Circuit& circuit, const GeneratorSources& sources, const LieLimits& limits) {
  return dynamical_lie_algebra(lower_to_strings(circuit), sources, limits);
}

LieSummary summarise(const LieAlgebra& algebra, std::size_t most_basis_elements) {
  LieSummary summary;
  summary.qubits = algebra.qubits;
  summary.dimension = algebra.dimension;
  summary.centre_dimension = algebra.centre_dimension;
  summary.is_spanned_by_strings = algebra.is_spanned_by_strings;
  summary.seconds = algebra.seconds;
  summary.structure = structure_of(algebra);
  for (const PauliSum& generator : algebra.generators) summary.generators.push_back(to_string(generator));
  for (std::size_t place = 0; place < std::min(algebra.dimension, most_basis_elements); ++place)
    summary.basis.push_back(algebra.is_spanned_by_strings ? algebra.strings[place].text()
                                                          : to_string(algebra.summed_basis[place]));
  for (const LieIdeal& ideal : algebra.ideals) summary.ideals.push_back({ideal.name, ideal.dimension, ideal.copies});
  return summary;
}

}  // namespace tacit::quantum_sim
