#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attacks/imprint_inversion.h"
#include "attacks/malicious/loki.h"
#include "attacks/methods/method.h"
#include "core/config.h"

namespace tacit::attacks {

/// The pure inversion: what the imprint of each client's channels gave, [clients]. `gradient` is the sum or mean over
/// clients, each of whom was sent a model of malicious/loki.h; `theta` is any of these models. The weights behind a
/// client's channels hold that client's examples alone, and those behind its constant channel its share of the bias
/// gradient, so read_imprint applies to each client. Throws Error(configuration) if theta has no such imprint.
std::vector<std::vector<ImprintedInput>> read_loki(const LokiBlock& block, std::span<const double> theta,
                                                   std::span<const double> gradient);

/// The attack as a method, which has no keys: up to `count` inputs, heaviest first, filled up with zeros. Exact on
/// means of gradients and of deltas of one local step. Its score is the largest gap of an input to its bin.
std::unique_ptr<const Method> make_loki(ConfigTable file);

}  // namespace tacit::attacks
