#include "quantum_sim/gradients/frequency_set.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

// Of one value, relative to the largest: what scaling by powers of a base and Euclid's remainders leave.
constexpr double rounding = 64 * std::numeric_limits<double>::epsilon();
constexpr std::size_t most_listed = std::size_t{1} << 26;
constexpr double largest_quotient = 4294967296.0;
// Sums of incommensurable gaps closer than this, relative to the largest, are one frequency.
constexpr double same_sum = 1e-12;

double greatest_common_divisor(double larger, double smaller, double tolerance) {
  while (smaller > tolerance) {
    const double remainder = std::fmod(larger, smaller);
    larger = smaller;
    // A remainder just below the divisor is a rounded zero.
    smaller = smaller - remainder <= tolerance ? 0 : remainder;
  }
  return larger;
}

// All sums of one element of `sums` and one of {0, +-gap}, ascending; nothing if they become more than `limit`.
template <class Number>
std::optional<std::vector<Number>> add_gaps(const std::vector<Number>& sums, std::span<const Number> gaps,
                                            Number tolerance, std::size_t limit) {
  std::vector<Number> result = sums, shifted(sums.size()), merged;
  for (const Number gap : gaps) {
    for (const Number offset : {gap, -gap}) {
      std::transform(sums.begin(), sums.end(), shifted.begin(), [&](Number sum) { return sum + offset; });
      merged.clear();
      std::merge(result.begin(), result.end(), shifted.begin(), shifted.end(), std::back_inserter(merged));
      merged.erase(std::unique(merged.begin(), merged.end(),
                               [&](Number first, Number second) { return second - first <= tolerance; }),
                   merged.end());
      if (merged.size() > limit) return std::nullopt;
      result.swap(merged);
    }
  }
  return result;
}

template <class Number>
std::optional<std::vector<Number>> all_sums(const std::vector<std::vector<Number>>& gaps, Number tolerance,
                                            std::size_t limit) {
  std::vector<Number> sums = {0};
  for (const std::vector<Number>& generator : gaps) {
    auto more = add_gaps<Number>(sums, generator, tolerance, limit);
    if (!more) return std::nullopt;
    sums = std::move(*more);
  }
  // Of a symmetric set the upper half; the middle one is zero.
  return std::vector<Number>(sums.begin() + static_cast<std::ptrdiff_t>(sums.size() / 2), sums.end());
}

void list_multiples(FrequencySet& set, std::span<const std::vector<double>> gaps, std::size_t limit) {
  std::vector<std::vector<std::int64_t>> multiples;
  for (const std::vector<double>& generator : gaps) {
    std::vector<std::int64_t>& values = multiples.emplace_back();
    for (const double gap : generator) values.push_back(std::llround(gap / set.base));
    if (!values.empty()) set.degree += static_cast<std::uint64_t>(*std::max_element(values.begin(), values.end()));
  }
  const auto sums = all_sums<std::int64_t>(multiples, 0, limit);
  set.listed = sums.has_value();
  set.frequencies.clear();
  if (sums)
    for (const std::int64_t sum : *sums) set.frequencies.push_back(static_cast<double>(sum) * set.base);
}

void list_reals(FrequencySet& set, const std::vector<std::vector<double>>& gaps, std::size_t limit) {
  auto sums = all_sums<double>(gaps, same_sum * set.maximum, limit);
  set.listed = sums.has_value();
  set.frequencies = sums ? std::move(*sums) : std::vector<double>{};
  if (sums) set.frequencies.front() = 0;
}

}  // namespace

double common_base(std::span<const double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  const double tolerance = rounding * largest;
  double base = largest;
  for (const double value : values)
    base = greatest_common_divisor(std::max(base, value), std::min(base, value), tolerance);
  if (!(largest / base <= largest_quotient)) return 0;
  // The largest value determines the base best.
  base = largest / std::round(largest / base);
  for (const double value : values)
    if (std::abs(value - std::round(value / base) * base) > 16 * tolerance) return 0;
  return base;
}

FrequencySet sums_of_gaps(std::span<const std::vector<double>> gaps, std::size_t limit) {
  if (limit == 0 || limit > most_listed)
    fail(ErrorKind::usage, "a set of frequencies lists 1 to {} of them, not {}", most_listed, limit);
  FrequencySet set;
  std::vector<double> all;
  std::vector<std::vector<double>> positive;
  for (const std::vector<double>& generator : gaps) {
    std::vector<double>& kept = positive.emplace_back();
    for (const double gap : generator) {
      if (!std::isfinite(gap)) fail(ErrorKind::usage, "the gaps of a generator must be finite, not {}", gap);
      if (gap != 0) kept.push_back(std::abs(gap));
    }
    if (!kept.empty()) set.maximum += *std::max_element(kept.begin(), kept.end());
    all.insert(all.end(), kept.begin(), kept.end());
  }
  if (all.empty()) return set;
  const std::size_t both_signs = 2 * limit - 1;
  set.base = common_base(all);
  set.commensurable = set.base > 0 && set.maximum / set.base <= largest_quotient;
  if (set.commensurable) {
    list_multiples(set, positive, both_signs);
  } else {
    set.base = 0;
    list_reals(set, positive, both_signs);
  }
  return set;
}

}  // namespace tacit::quantum_sim
