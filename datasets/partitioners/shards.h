#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Label shards (McMahan et al., AISTATS 2017, section 3): the examples sorted by label, shuffled within a label, are
/// cut into clients * shards_per_client runs of equal size (one more in the first ones where it does not come out
/// even), and every client gets shards_per_client of them at random. Each part is ascending. Seeded by RandomKey{seed,
/// partition, 4, ...}. Throws Error(usage) if there are fewer examples than shards.
std::vector<std::vector<std::size_t>> partition_shards(const Dataset& data, std::size_t clients,
                                                       std::size_t shards_per_client, std::uint64_t seed);

}  // namespace tacit::datasets
