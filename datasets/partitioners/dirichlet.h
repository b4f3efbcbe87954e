#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Label skew (Yurochkin et al., ICML 2019; Li et al., ICDE 2022): for each class, shares p ~ Dirichlet(alpha, ...,
/// alpha) over the clients say how its shuffled examples are dealt out. Small alpha, strong skew; parts may be empty.
/// Each part is ascending. Class c draws from RandomKey{seed, partition, 1, c}. alpha must be positive.
std::vector<std::vector<std::size_t>> partition_dirichlet(const Dataset& data, std::size_t clients, double alpha,
                                                          std::uint64_t seed);

}  // namespace tacit::datasets
