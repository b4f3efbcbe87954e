#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/linear_layers.h"
#include "attacks/methods/method.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"
#include "core/config.h"

namespace tacit::attacks {

/// What one bin of an imprint gave.
struct ImprintedInput {
  std::vector<double> input;  ///< exact if one example fell into the bin, else a weighted mean of those that did
  double weight = 0;          ///< of the bin in the bias gradient
  double gap = 0;             ///< how far the statistic of the input lies outside its bin, as part of all bins' range
};

/// The pure inversion of an imprinted block (Fowl et al., arXiv 2110.13057, Sec. 4; the crafting is in
/// malicious/imprint.h). All rows of the first layer compute the same statistic h, unit k is active where h(x) > q_k,
/// q_k = -bias_k, and every active unit gets the same gradient u_i from example i. So the weight and bias gradients of
/// neighbouring units differ by sum u_i x_i and sum u_i over the examples of one bin, q_k < h <= q_{k+1}, and their
/// ratio is the input if there is one. The last bin has no upper end; below q_1 nothing is seen. Bins whose share of
/// the bias gradient is within rounding (1e-5 of the largest entry) count as empty. Any statistic and any order of the
/// cut-offs will do. Inputs in order of their bins. `theta` and `gradient` are [parameters]. Throws
/// Error(configuration) if theta has no imprint.
std::vector<ImprintedInput> read_imprint(const ReluBlock& block, std::span<const double> theta,
                                         std::span<const double> gradient);

/// The attack: up to `count` inputs, heaviest bins first; filled up with the mixture of RatioInversion. One row
/// in the result, whose score is the largest gap. Exact on gradients, and on deltas of one local step. Throws
/// Error(configuration) if the model that was sent has no such block or no imprint in it, Error(data) if the gradient
/// of its bias is zero.
AttackResult invert_imprint(const Observation& observation, const ThreatModel& threat_model, std::size_t count);

/// The attack as a method, which has no keys.
std::unique_ptr<const Method> make_imprint(ConfigTable file);

}  // namespace tacit::attacks
