#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The labels of a batch of K examples with K different labels under cross-entropy (Yin et al., "See through
/// Gradients", arXiv 2104.07586, Sec. 3.2, label restoration): the K classes whose rows of the last weight gradient
/// have the smallest minimum over the features. With p the softmax outputs and h the last layer's inputs, the row of
/// class c is the mean over examples of (p_c - [label = c]) h. So if h >= 0, as behind ReLU or sigmoid, the row of a
/// class that is absent has no negative entry, and that of a class that is there usually has one. Where h takes both
/// signs, as behind tanh, the rule often errs; with h < 0 throughout it is never right. Needs no bias and no scale.
class Yin final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const Yin>(); }
  /// Refuses more examples than classes as well: it cannot name a class twice.
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
