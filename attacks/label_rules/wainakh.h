#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The labels of a batch of K under cross-entropy, repeats included, from the last weight gradient alone (Wainakh et
/// al., "User-Level Label Leakage from Gradients in Federated Learning", arXiv 2105.09369, Alg. 1, where the attacker
/// has nothing but the gradient). The sum g_c of row c is the mean over examples of (p_c - [label = c]) sum(h), with p
/// the softmax outputs and h the last layer's inputs: if sum(h) > 0, as behind ReLU or sigmoid, a negative one proves
/// that its class is there. Each such class gets a label; the rest is dealt out by the estimated impact of one example,
/// m = (1 + 1/n) / K * (sum of the negative g_c) for n classes (label_dealing.h). Where sum(h) takes both signs, as
/// behind tanh, the rule often errs; where it is negative it is never right. Needs no bias and no scale.
class Wainakh final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const Wainakh>(); }
  /// Throws Error(data) as well if no row sum is negative.
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
