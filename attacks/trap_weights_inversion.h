#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/linear_layers.h"
#include "attacks/methods/method.h"
#include "core/config.h"

namespace tacit::attacks {

/// What units of a trap gave.
struct TrappedInput {
  std::vector<double> input;
  std::size_t units = 0;  ///< that gave it; from two on it is certain
};

/// The pure inversion of trap weights (Boenisch et al., arXiv 2112.02918, Sec. 4 and 5; the crafting is in
/// malicious/trap_weights.h): the weight gradient of a unit over its bias gradient is a mean of the examples that pass
/// it, so an example itself where it passes alone. Inputs that several units agree on (relative 1e-5) are certain. One
/// that a single unit gives may be a mean of several; it is left out where it contradicts what is seen, that is, if it
/// would pass a unit that nothing passed, or lies outside the bounds. Certain ones first, then by rising unit. All
/// spans [parameters].
std::vector<TrappedInput> read_traps(const LinearLayer& layer, std::span<const double> theta,
                                     std::span<const double> gradient, const std::optional<Bounds>& bounds);

/// The attack as a method, which has no keys: up to `count` inputs, filled up with the mixture of RatioInversion. Its
/// score is the share of answering units whose ratio is no certain input. Refuses a model whose first layer is not
/// made of rows of mostly negative sum.
std::unique_ptr<const Method> make_trap_weights(ConfigTable file);

}  // namespace tacit::attacks
