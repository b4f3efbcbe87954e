#pragma once

#include "attacks/objectives/cosine.h"

namespace tacit::attacks {

/// The cosine distance over those components alone whose observed value exceeds `threshold` times the largest: for
/// updates that were pruned on the way (masked cosine similarity in the breaching framework, there with an absolute
/// threshold).
class MaskedCosine final : public Objective {
 public:
  explicit MaskedCosine(double threshold) : threshold_(threshold) {}
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  bool scale_free() const noexcept override { return true; }

 private:
  double threshold_;
};

}  // namespace tacit::attacks
