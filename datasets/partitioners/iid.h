#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Shuffles all indices and deals them out in `clients` parts whose sizes differ by one at most, larger ones first.
/// Each part is ascending. Seeded by RandomKey{seed, partition}. Parts are empty only when clients > data.size().
std::vector<std::vector<std::size_t>> partition_iid(const Dataset& data, std::size_t clients, std::uint64_t seed);

}  // namespace tacit::datasets
