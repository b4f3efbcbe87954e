#pragma once

#include <memory>
#include <span>

#include "attacks/linear_layers.h"
#include "attacks/malicious/craft.h"
#include "core/random.h"

namespace tacit::attacks {

/// Settings of trap weights.
struct TrapWeights {
  double deviation = 0.5;  ///< sigma of the normal magnitudes
  double scale = 0.95;     ///< s: of the positive weights against the negative ones; smaller, fewer examples pass
};

/// Turns the first layer of a ReLU block into trap weights (Boenisch et al., "When the Curious Abandon Honesty", arXiv
/// 2112.02918, Sec. 5): in each row a random half of the weights is negative, -|z| with z ~ N(0, sigma^2), and the
/// other half holds the same magnitudes in another random order, times s < 1 and positive. So sum_j w_j < 0, and
/// inputs that are not negative mostly miss the unit; the few that pass it often pass it alone, and their weight
/// gradient is the input itself. With an odd number of inputs the negative half has one more. Biases become zero.
void write_trap_weights(const LinearLayer& layer, const TrapWeights& settings, RandomStream& random,
                        std::span<float> theta);

/// As a craft: keys `deviation` (1e-6 to 1e6) and `scale` (0 to 1).
std::unique_ptr<const Craft> make_trap_weights_craft(ConfigTable section);

}  // namespace tacit::attacks
