#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attacks/features.h"
#include "attacks/part.h"
#include "attacks/threat_model.h"
#include "core/config.h"
#include "core/random.h"

namespace tacit::attacks {

/// Where a restart begins. Stateless; all randomness comes from the stream.
class Initialiser : public Part {
 public:
  /// Writes the start values of one example, [features.size()].
  virtual void fill(const Features& features, RandomStream& random, std::span<double> x) const = 0;
};

/// The initialiser that a section names: name = "uniform", "normal", "truncated_normal", "grey", "constant",
/// "tiled" or "colour".
std::unique_ptr<const Initialiser> make_initialiser(ConfigTable section);

}  // namespace tacit::attacks
