#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The labels of a batch of K under cross-entropy with a last bias. Its gradient is b_c = mean p_c - n_c / K, with p
/// the softmax outputs and n_c the number of examples of class c: a negative entry proves that its class is there.
/// Those classes come first; if fewer than K, the rest is dealt out one by one to the least of b_c + n_c m, where n_c
/// counts what c has got and m is one example's share, (sum of the negative entries) / (K (share of classes not yet
/// seen)), exact when p is uniform. Needs no scale. Exact if all labels differ; repeats are an estimate (compare
/// "bias-corrected" in the breaching framework).
class NegativeBias final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const NegativeBias>(); }
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
