#pragma once

#include "attacks/priors/prior.h"

namespace tacit::attacks {

/// Candidates have the statistics of the client's batch (Yin et al., "See through Gradients", CVPR 2021, arXiv
/// 2104.07586, Eq. 9): R = sum over batch normalisations of |m - m*|^2 + |v - v*|^2, with m and v the mean and variance
/// of their inputs over the candidates; the first counts `first_weight` times (10, as in the breaching framework).
/// m* and v* are what the wire carried: an update moves averaged statistics by momentum times the difference to those
/// of the client's batch, from which one step gives them back; frozen statistics are taken as they were sent, as those
/// of a population. Squares where the paper has norms, so that R is smooth.
class BatchStatisticsMatch final : public Prior {
 public:
  BatchStatisticsMatch(double weight, double first_weight) : weight_(weight), first_weight_(first_weight) {}
  static std::unique_ptr<const Prior> make(ConfigTable section);
  void check(const Features&) const override {}
  double add(const Features&, std::span<const double>, double, std::span<double>) const override { return 0; }
  /// Throws Error(configuration) if the model has no batch normalisation, its statistics stay with the client, or the
  /// update is of several steps.
  std::unique_ptr<BatchPenalty> of_batch(const PenaltyEvidence& evidence) const override;

 private:
  double weight_, first_weight_;
};

}  // namespace tacit::attacks
