#pragma once

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// Every feature in the middle of its bounds, plus normal noise of deviation `jitter` (default 0, which makes all
/// restarts equal).
class Grey final : public Initialiser {
 public:
  explicit Grey(double jitter) : jitter_(jitter) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  std::vector<Need> needs() const override { return {Need::feature_bounds}; }
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  double jitter_;
};

}  // namespace tacit::attacks
