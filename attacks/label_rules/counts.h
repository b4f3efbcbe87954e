#pragma once

#include "attacks/label_rules/label_rule.h"

namespace tacit::attacks {

/// How often each label occurs among K examples, of gradients and of the changes of local training (Geng et al.,
/// "Towards General Deep Leakage in Federated Learning", arXiv 2110.09074, Sec. 3.2, for gradients; Dimitrov et al.,
/// TMLR 2022, arXiv 2206.12395, Sec. 4.3, who interpolate along local training). Under softmax cross-entropy the
/// gradient of the last bias is b_c = mean p_c - n_c / K, with p the softmax outputs, averaged over examples and steps.
/// So n_c = K (mean p_c - b_c), where the attacker estimates mean p_c: the mean output of the model that was sent, the
/// model that came back and the one half-way, on `examples` inputs drawn uniformly in the feature bounds. The K labels
/// go one by one to the class that lacks most of its n_c. Exact where the outputs hardly depend on the input, as those
/// of untrained networks do; needs the scale of the gradient.
class Counts final : public LabelRule {
 public:
  explicit Counts(std::size_t examples) : examples_(examples) {}
  static std::unique_ptr<const LabelRule> make(ConfigTable section);
  std::vector<Need> needs() const override { return {Need::feature_bounds}; }
  LabelGuess guess(const LabelEvidence& evidence) const override;

 private:
  std::vector<double> mean_outputs(const LabelEvidence& evidence) const;
  std::size_t examples_;
};

}  // namespace tacit::attacks
