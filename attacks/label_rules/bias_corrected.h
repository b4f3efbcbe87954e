#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// The labels of a batch of K under cross-entropy with a last bias, repeats included ("bias-corrected", the default of
/// the breaching framework, after Wainakh et al., arXiv 2105.09369). The bias gradient is b_c = mean p_c - n_c / K,
/// with p the softmax outputs and n_c the number of examples of class c: a negative entry proves that its class is
/// there, whatever the signs of the layer's inputs. Each such class gets a label; the rest is dealt out by the average
/// impact of one example, m = (sum of the negative b_c) / K (label_dealing.h). Differs from `negative_bias` in m only,
/// which there is corrected by the share of classes seen. Exact if all labels differ and the net favours no class (mean
/// p_c < 1 / K); repeats are an estimate. Needs no scale.
class BiasCorrected final : public LabelRule {
 public:
  static std::unique_ptr<const LabelRule> make(ConfigTable) { return std::make_unique<const BiasCorrected>(); }
  /// Throws Error(data) as well if no entry is negative.
  LabelGuess guess(const LabelEvidence& evidence) const override;
};

}  // namespace tacit::attacks
