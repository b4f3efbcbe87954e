#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/tabular/table_columns.h"

namespace tacit::attacks {

/// Reorders the rows of `member` [count, size] so that they lie nearest to those of `reference`; rows change places
/// only with rows of the same label, as the labels stay where they are.
std::vector<double> aligned_rows(std::span<const double> member, std::span<const double> reference,
                                 std::span<const std::int32_t> labels, std::size_t size);

/// What the members of an ensemble agree on (Vero et al., ICML 2023, arXiv 2210.01785, Sec. 4.2): each number the
/// median over the members; each category, whose softmax values are averaged over the members, 1 where that is largest.
/// All [count, size], aligned.
std::vector<double> pooled_rows(const std::vector<std::vector<double>>& members, const TableColumns& columns);

}  // namespace tacit::attacks
