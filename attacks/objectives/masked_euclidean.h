#pragma once

#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// The squared distance over those components alone whose observed value exceeds `threshold` times the largest: for
/// updates that were pruned on the way.
class MaskedEuclidean final : public Objective {
 public:
  explicit MaskedEuclidean(double threshold) : threshold_(threshold) {}
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  bool scale_free() const noexcept override { return false; }

 private:
  double threshold_;
};

}  // namespace tacit::attacks
