#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tacit::datasets {

/// 0 .. count-1 in an order drawn from RandomKey{seed, partition}.
std::vector<std::size_t> shuffled_indices(std::size_t count, std::uint64_t seed);

/// Consecutive runs of `items`, `sizes` long, each sorted. The sizes must add up to the number of items.
std::vector<std::vector<std::size_t>> deal(std::span<const std::size_t> items, std::span<const std::size_t> sizes);

/// `count` split in whole numbers as near to the shares (of sum one) as can be: rounded down, then one more for those
/// with the largest remainders, the first ones where remainders are equal.
std::vector<std::size_t> largest_remainder(std::size_t count, std::span<const double> shares);

}  // namespace tacit::datasets
