#pragma once

#include <cstddef>
#include <vector>

namespace tacit::datasets {

/// Merges each part that holds fewer than `minimum` indices with the largest one, smallest first, and gives each of the
/// two every other index of the union, so that the number of clients stays. There must be clients * minimum indices.
void merge_small_clients(std::vector<std::vector<std::size_t>>& parts, std::size_t minimum);

}  // namespace tacit::datasets
