#pragma once

#include <cstddef>

#include "attacks/initialisers/initialiser.h"

namespace tacit::attacks {

/// A random square of `tile` x `tile` pixels a channel (default 4), uniform in the feature bounds, repeated over the
/// image (Wei et al., ESORICS 2020, arXiv 2004.10397: geometric initialisation). Features that are no image repeat a
/// random stretch of tile * tile values.
class Tiled final : public Initialiser {
 public:
  explicit Tiled(std::size_t tile) : tile_(tile) {}
  static std::unique_ptr<const Initialiser> make(ConfigTable section);
  std::vector<Need> needs() const override { return {Need::feature_bounds}; }
  void fill(const Features& features, RandomStream& random, std::span<double> x) const override;

 private:
  std::size_t tile_;
};

}  // namespace tacit::attacks
