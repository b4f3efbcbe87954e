#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tacit::attacks {

/// The assignment of rows to distinct columns with the least total cost (Kuhn, Naval Res. Logist. Quart. 2, 1955;
/// shortest augmenting paths with potentials, O(rows^2 columns)). `cost` is [rows, columns], finite; rows <= columns.
/// Returns the column of each row. Throws Error(usage) on sizes that do not fit or a cost that is not finite.
std::vector<std::size_t> optimal_assignment(std::span<const double> cost, std::size_t rows, std::size_t columns);

}  // namespace tacit::attacks
