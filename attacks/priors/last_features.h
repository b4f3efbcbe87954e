#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// Candidates have the features that the last layer saw ("feature regularisation" of the breaching framework, after
/// analytic inversion of that layer): R = mean over candidates and features of (h - f_c)^2, with h the last layer's
/// input, c the candidate's label and f_c the quotient of row c of its weight gradient and entry c of its bias
/// gradient. f_c is exact for one example, and for a batch as far as the softmax of the others leaves class c alone.
/// Classes without a bias gradient are left out.
class LastFeatures final : public Prior {
 public:
  explicit LastFeatures(double weight) : weight_(weight) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  void check(const Features&) const override {}
  double add(const Features&, std::span<const double>, double, std::span<double>) const override { return 0; }
  /// Throws Error(configuration) without a fully connected last layer with a bias and several outputs.
  std::unique_ptr<BatchPenalty> of_batch(const PenaltyEvidence& evidence) const override;

 private:
  double weight_;
};

}  // namespace tacit::attacks
