#include "quantum_sim/analysis/lie/lie_sum_closure.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/analysis/lie/lie_field.h"
#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {

SumClosure::SumClosure(std::uint32_t qubits, const std::vector<PauliSum>& generators, std::size_t max_dimension,
                       std::size_t max_terms)
    : strings_(qubits), product_(2 * half_words(qubits)) {
  for (const PauliSum& generator : generators) {
    Element element;
    for (const PauliSum::Term& term : generator.terms) {
      if (!std::isfinite(term.coefficient) || term.coefficient == 0)
        fail(ErrorKind::usage, "a generator has a coefficient that is {} times its first, beyond a double's range",
             term.coefficient);
      element.approximate.push_back({strings_.insert(term.string).first, term.coefficient});
    }
    std::sort(element.approximate.begin(), element.approximate.end(),
              [](const Term& left, const Term& right) { return left.string < right.string; });
    for (const Term& term : element.approximate)
      element.exact.entries.push_back({term.string, field::from_double(term.coefficient)});
    generators_.push_back(std::move(element));
  }
  close(max_dimension, max_terms);
}

void SumClosure::close(std::size_t max_dimension, std::size_t max_terms) {
  const auto refuse = [&](std::size_t done, const char* what, std::size_t limit, const char* name) {
    fail(ErrorKind::resource,
         "the dynamical Lie algebra of {} summed generators on {} qubits has {} of more than {}: the first {} elements "
         "were commuted with all generators, and {} are still to do; a higher {} lets it go on",
         generators_.size(), strings_.qubits(), what, limit, done, dimension() - done, name);
  };
  const auto require_within = [&](std::size_t done) {
    if (dimension() > max_dimension) refuse(done, "a dimension", max_dimension, "max_summed_dimension");
    if (terms_ > max_terms) refuse(done, "a number of terms", max_terms, "max_summed_terms");
  };
  for (const Element& generator : generators_)
    if (span_.insert(generator.exact)) add(Element(generator));
  require_within(0);
  for (std::size_t number = 0; number < elements_.size(); ++number) {
    for (const Element& generator : generators_) {
      Element candidate = bracket(generator, elements_[number]);
      if (!span_.insert(candidate.exact)) continue;
      add(std::move(candidate));
      require_within(number);
    }
  }
}

void SumClosure::add(Element&& element) {
  terms_ += element.exact.entries.size();
  if (terms_ > std::max<std::size_t>(terms_asked_for_, 1 << 20)) {
    terms_asked_for_ = 2 * terms_;
    require_memory(terms_ * (sizeof(FieldVector::Entry) + sizeof(Term)), available_memory(),
                   fmt::format("a Lie algebra of more than {} summed elements", elements_.size()));
  }
  elements_.push_back(std::move(element));
}

SumClosure::Element SumClosure::bracket(const Element& generator, const Element& element) {
  const std::size_t half = strings_.half();
  touched_.clear();
  for (std::size_t g = 0; g < generator.exact.entries.size(); ++g) {
    for (std::size_t e = 0; e < element.exact.entries.size(); ++e) {
      const auto [left, left_value] = generator.exact.entries[g];
      const auto [right, right_value] = element.exact.entries[e];
      if (!anticommute(strings_.words(left), strings_.words(right), half)) continue;
      const bool negative = bracket_is_negative(strings_.words(left), strings_.words(right), half, product_.data());
      const auto [place, is_new] = strings_.insert(product_.data());
      if (place >= exact_work_.size()) {
        exact_work_.resize(2 * (std::size_t{place} + 1));
        approximate_work_.resize(exact_work_.size());
      }
      const std::uint64_t value = field::multiply(left_value, right_value);
      if (exact_work_[place] == 0) touched_.push_back(place);
      exact_work_[place] = field::add(exact_work_[place], negative ? field::negative(value) : value);
      const double product = generator.approximate[g].coefficient * element.approximate[e].coefficient;
      approximate_work_[place] += negative ? -product : product;
    }
  }
  // A place that was zero in between stands twice.
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  Element result;
  double largest = 0;
  for (const std::uint32_t place : touched_) {
    if (exact_work_[place] != 0) {
      result.exact.entries.push_back({place, exact_work_[place]});
      result.approximate.push_back({place, approximate_work_[place]});
      largest = std::max(largest, std::abs(approximate_work_[place]));
    }
    exact_work_[place] = 0;
    approximate_work_[place] = 0;
  }
  if (largest > 0)
    for (Term& term : result.approximate) term.coefficient /= largest;
  return result;
}

std::size_t SumClosure::centre_dimension() {
  // The rank of x -> ([g_1, x], [g_2, x], ...). Closed, so no bracket meets a new string.
  const std::size_t count = generators_.size();
  if (strings_.size() > 0xffffffffu / count)
    fail(ErrorKind::resource, "the centre of this Lie algebra needs brackets over {} strings with {} generators",
         strings_.size(), count);
  ExactSpan images;
  for (const Element& element : elements_) {
    FieldVector image;
    for (std::size_t g = 0; g < count; ++g)
      for (const auto& [place, value] : bracket(generators_[g], element).exact.entries)
        image.entries.push_back({static_cast<std::uint32_t>(place * count + g), value});
    std::sort(image.entries.begin(), image.entries.end(),
              [](const auto& left, const auto& right) { return left.place < right.place; });
    images.insert(image);
  }
  return dimension() - images.rank();
}

}  // namespace tacit::quantum_sim
