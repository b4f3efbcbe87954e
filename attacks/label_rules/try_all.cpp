#include "attacks/label_rules/try_all.h"

#include <cmath>

#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const LabelRule> TryAll::make(ConfigTable section) {
  return std::make_unique<const TryAll>(static_cast<std::size_t>(section.integer("limit", {1, 100'000}, 16)));
}

namespace {

/// Multisets of `count` labels of so many classes: binomial(classes + count - 1, count).
double multisets(std::size_t classes, std::size_t count) {
  const auto n = static_cast<double>(classes), k = static_cast<double>(count);
  return std::exp(std::lgamma(n + k) - std::lgamma(k + 1) - std::lgamma(n));
}

}  // namespace

LabelGuess TryAll::guess(const LabelEvidence& evidence) const {
  LabelGuess guess;
  const auto last = static_cast<std::int32_t>(evidence.classes) - 1;
  std::vector<std::int32_t> labels(evidence.count, 0);
  for (;;) {
    if (guess.candidates.size() == limit_) {
      fail(ErrorKind::configuration,
           "label rule 'try_all' would try more than {} label sets, of which there are {:.4g} for {} examples of {} "
           "classes; raise labels.limit",
           limit_, multisets(evidence.classes, evidence.count), evidence.count, evidence.classes);
    }
    guess.candidates.push_back(labels);
    // The next non-decreasing list: the last entry that can grow grows, and all behind it follow.
    std::size_t i = labels.size();
    while (i > 0 && labels[i - 1] == last) --i;
    if (i == 0) return guess;
    const std::int32_t next = labels[i - 1] + 1;
    for (std::size_t j = i - 1; j < labels.size(); ++j) labels[j] = next;
  }
}

}  // namespace tacit::attacks
