#include "quantum_sim/noise/readout.h"

#include <bit>
#include <map>
#include <utility>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

constexpr int max_expanded_letters = 12;

using Strings = std::map<std::pair<std::uint64_t, std::uint64_t>, double>;

/// The letter on `qubit` replaced by constant + slope * letter.
std::vector<PauliTerm> expanded(std::vector<PauliTerm> terms, std::uint32_t qubit, double constant, double slope) {
  const std::uint64_t others = ~(std::uint64_t{1} << qubit);
  const std::size_t count = terms.size();
  for (std::size_t index = 0; index < count; ++index) {
    const PauliTerm term = terms[index];
    if (constant != 0) terms.push_back({term.coefficient * constant, term.x_mask & others, term.z_mask & others});
    terms[index].coefficient *= slope;
  }
  return terms;
}

std::vector<PauliTerm> as_read(const PauliTerm& term, std::size_t index, ReadoutErrors errors) {
  std::vector<PauliTerm> terms = {term};
  int letters = 0;
  for (std::uint32_t qubit = 0; qubit < errors.size(); ++qubit) {
    if (!((term.x_mask | term.z_mask) >> qubit & 1)) continue;
    const auto [a, b] = errors[qubit];
    letters += a != b;
    if (letters > max_expanded_letters)
      fail(ErrorKind::usage,
           "observable, term {}: read with errors it becomes 2^weight strings; at most {} letters may be "
           "on qubits with uneven errors",
           index, max_expanded_letters);
    terms = expanded(std::move(terms), qubit, b - a, 1 - a - b);
  }
  return terms;
}

}  // namespace

void require_valid(const ReadoutError& error, std::uint32_t qubit) {
  for (const double probability : {error.read_one_of_zero, error.read_zero_of_one})
    if (!(probability >= 0 && probability <= 1))
      fail(ErrorKind::usage, "readout error of qubit {}: a probability must lie in [0, 1], but is {}", qubit,
           probability);
}

void confuse(std::span<double> probabilities, ReadoutErrors errors) {
  for (std::uint32_t qubit = 0; qubit < errors.size() && std::size_t{1} << qubit < probabilities.size(); ++qubit) {
    if (errors[qubit].is_perfect()) continue;
    const std::size_t half = std::size_t{1} << qubit;
    const auto [a, b] = errors[qubit];
    for (std::size_t first = 0; first < probabilities.size(); first += 2 * half)
      for (std::size_t j = first; j < first + half; ++j) {
        const double zero = probabilities[j], one = probabilities[j + half];
        probabilities[j] = (1 - a) * zero + b * one;
        probabilities[j + half] = a * zero + (1 - b) * one;
      }
  }
}

std::uint64_t confuse(std::uint64_t outcome, ReadoutErrors errors, RandomStream& stream) noexcept {
  for (std::uint32_t qubit = 0; qubit < errors.size(); ++qubit) {
    if (errors[qubit].is_perfect()) continue;
    const bool one = outcome >> qubit & 1;
    const double wrong = one ? errors[qubit].read_zero_of_one : errors[qubit].read_one_of_zero;
    if (stream.uniform() < wrong) outcome ^= std::uint64_t{1} << qubit;
  }
  return outcome;
}

Observable as_read(const Observable& observable, ReadoutErrors errors) {
  Strings strings;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> order;
  for (std::size_t index = 0; index < observable.terms.size(); ++index)
    for (const PauliTerm& term : as_read(observable.terms[index], index, errors)) {
      const auto [place, is_new] = strings.try_emplace({term.x_mask, term.z_mask}, 0);
      if (is_new) order.push_back(place->first);
      place->second += term.coefficient;
    }
  Observable result;
  for (const auto& string : order) result.terms.push_back({strings[string], string.first, string.second});
  return result;
}

}  // namespace tacit::quantum_sim
