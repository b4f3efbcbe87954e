#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// Tries every multiset of labels and lets the gradient-match score decide: for models whose gradient does not show the
/// label directly, such as circuits with a mean squared error and targets -1 and +1. Refuses more than `limit`
/// multisets (default 16): each costs a whole set of restarts.
class TryAll final : public LabelRule {
 public:
  explicit TryAll(std::size_t limit) : limit_(limit) {}
  static std::unique_ptr<const LabelRule> make(ConfigTable section);
  LabelGuess guess(const LabelEvidence& evidence) const override;

 private:
  std::size_t limit_;
};

}  // namespace tacit::attacks
