#pragma once

#include <cstddef>
#include <cstdint>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Shares of a client's own examples that it keeps out of its training.
struct ClientFractions {
  double validation = 0, test = 0;  ///< each at least 0, together below 1
};

/// A client's examples by what it does with them; the held-out parts may be empty.
struct ClientParts {
  Dataset train, validation, test;
};

/// Divides what one client holds, at random: round(fraction n) of n examples for each held-out part, but one at least
/// if the fraction is not zero and an example is left for training, which always keeps one. Not by class: a client
/// with few examples of many classes would give each class' share rounded to nothing. Each part keeps the order of
/// `own`. Drawn from RandomKey{seed, data_split, 16, client}. Throws Error(usage) on fractions outside their range.
ClientParts divide_client(Dataset own, const ClientFractions& fractions, std::uint64_t seed, std::size_t client);

}  // namespace tacit::datasets
