#pragma once

#include "attacks/objectives/objective.h"

namespace tacit::attacks {

/// D(g) = sum_i (g_i - g*_i)^2 + weight sum_i |g_i - g*_i| (Deng et al., "TAG", EMNLP Findings 2021, arXiv 2103.06819,
/// Eq. 3, with one weight for all layers).
class Tag final : public Objective {
 public:
  explicit Tag(double weight) : weight_(weight) {}
  static std::unique_ptr<const Objective> make(ConfigTable section);
  double evaluate(std::span<const double> candidate, std::span<const double> observed,
                  std::span<double> derivative) const override;
  bool scale_free() const noexcept override { return false; }

 private:
  double weight_;
};

}  // namespace tacit::attacks
