#pragma once

#include "attacks/objectives/cosine.h"

namespace tacit::attacks {

/// The cosine distance over those entries alone whose observed gradient is not zero: for gradients of which a part was
/// taken away, by whoever sent it or by the attack.
class MaskedCosine final : public Objective {
 public:
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  bool scale_free() const noexcept override { return true; }

 private:
  Cosine cosine_;
};

}  // namespace tacit::attacks
