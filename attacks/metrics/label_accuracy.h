#pragma once

#include <cstdint>
#include <span>

namespace tacit::attacks {

/// Share of the true labels that were recovered, as multisets: sum_c min(count_c, true_count_c) / number of true
/// labels. A gradient does not reveal the order of its batch, so order does not count. 1 for two empty sets.
double label_accuracy(std::span<const std::int32_t> recovered, std::span<const std::int32_t> truth);

}  // namespace tacit::attacks
