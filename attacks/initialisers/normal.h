#pragma once

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// Independent normal values with the section's mean (default 0) and deviation (default 1).
class Normal final : public Initialiser {
 public:
  Normal(double mean, double deviation) : mean_(mean), deviation_(deviation) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  double mean_, deviation_;
};

}  // namespace tacit::attacks
