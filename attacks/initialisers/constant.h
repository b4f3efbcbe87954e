#pragma once

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// The section's `value` (default 0) everywhere: all restarts are equal.
class Constant final : public Initialiser {
 public:
  explicit Constant(double value) : value_(value) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section) {
    return std::make_unique<const Constant>(section.number("value", {-1e9, 1e9}, 0.0));
  }
  void fill(const Features&, RandomStream&, std::span<double> x) const override {
    for (double& value : x) value = value_;
  }

 private:
  double value_;
};

}  // namespace tacit::attacks
