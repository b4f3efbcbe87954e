#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attacks/features.h"
#include "attacks/part.h"
#include "attacks/priors/batch_penalty.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// What the attacker believes about inputs apart from the gradient, as a penalty R(x) >= 0 of one example. Stateless.
class Prior : public Part {
 public:
  /// Throws Error(configuration) if the penalty makes no sense for such features.
  virtual void check(const Features& features) const = 0;
  /// Returns scale * weight * R(x) of one example and adds its gradient. Both spans [features.size()].
  virtual double add(const Features& features, std::span<const double> x, double scale,
                     std::span<double> gradient) const = 0;
  /// For priors on whole batches instead of examples; null for the others. Throws Error(configuration) if the model or
  /// the update lacks what it compares with.
  virtual std::unique_ptr<BatchPenalty> of_batch(const PenaltyEvidence&) const { return nullptr; }
};

/// The prior that a section names: name = "none", "total_variation", "generalised_variation", "norm", "box",
/// "batch_statistics" or "last_features".
std::unique_ptr<const Prior> make_prior(ConfigTable section);

}  // namespace tacit::attacks
