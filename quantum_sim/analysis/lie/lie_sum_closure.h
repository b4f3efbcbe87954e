#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/lie/lie_span.h"
#include "quantum_sim/analysis/lie/pauli_string_set.h"
#include "quantum_sim/analysis/lie/pauli_string_sum.h"

namespace tacit::quantum_sim {

/// The Lie algebra that sums of Pauli strings generate under i [A, B] / 2, by exact linear algebra over the strings'
/// coefficients.
///
/// Its basis: the generators that are independent, then nested brackets i [g, b] / 2 of a generator with an earlier
/// element, wherever that is independent of all before. Structure constants of Pauli strings are -1, 0 and 1, so
/// coefficients stay sums of products of the generators' own. Ranks are taken modulo 2^61 - 1 (lie_field.h): elements
/// found independent are so, and a bracket could be taken for dependent wrongly only if the prime divided a minor of
/// their matrix.
class SumClosure {
 public:
  /// Generators as distinct_generators gives them. Throws Error(resource) that says how far it got as soon as the
  /// dimension passes `max_dimension` or all elements together have more than `max_terms` strings.
  SumClosure(std::uint32_t qubits, const std::vector<PauliSum>& generators, std::size_t max_dimension,
             std::size_t max_terms);

  std::size_t dimension() const noexcept { return elements_.size(); }
  const PauliStringSet& strings() const noexcept { return strings_; }
  /// The element over strings(), scaled so that its largest coefficient is 1 in magnitude.
  struct Term {
    std::uint32_t string;
    double coefficient;
  };
  const std::vector<Term>& element(std::size_t number) const noexcept { return elements_[number].approximate; }
  /// Dimension of the centre: elements that commute with all generators.
  std::size_t centre_dimension();

 private:
  struct Element {
    FieldVector exact;
    std::vector<Term> approximate;
  };
  void close(std::size_t max_dimension, std::size_t max_terms);
  Element bracket(const Element& generator, const Element& element);
  void add(Element&& element);

  std::vector<Element> generators_, elements_;
  PauliStringSet strings_;
  ExactSpan span_;
  std::size_t terms_ = 0, terms_asked_for_ = 0;
  // Dense over strings, zero between calls.
  std::vector<std::uint64_t> exact_work_;
  std::vector<double> approximate_work_;
  std::vector<std::uint32_t> touched_;
  std::vector<std::uint64_t> product_;
};

}  // namespace tacit::quantum_sim
