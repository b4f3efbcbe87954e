#pragma once

#include <optional>

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// Independent uniform values in range = [low, high], or in the feature bounds if the section gives no range.
class Uniform final : public Initialiser {
 public:
  explicit Uniform(std::optional<Bounds> range) : range_(range) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  std::vector<Need> needs() const override;
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  std::optional<Bounds> range_;
};

}  // namespace tacit::attacks
