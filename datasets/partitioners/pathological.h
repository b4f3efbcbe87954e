#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Each client sees `classes_per_client` classes only (Li et al., ICDE 2022, "#C = k"). Classes are handed to clients
/// so that each is held by nearly as many clients as any other; the shuffled examples of a class are split evenly among
/// its holders. Each part is ascending. Seeded by RandomKey{seed, partition, 3, ...}. Throws Error(usage) unless 1 <=
/// classes_per_client <= classes that have examples, or if clients * classes_per_client is too small to cover them all.
std::vector<std::vector<std::size_t>> partition_pathological(const Dataset& data, std::size_t clients,
                                                             std::size_t classes_per_client, std::uint64_t seed);

}  // namespace tacit::datasets
