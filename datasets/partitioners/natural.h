#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// By the groups that the examples came in (a hospital, a writer): no group is divided. With as many clients as groups,
/// client i holds group i. With fewer, the groups go, largest first, to the client that holds the fewest examples so
/// far. Each part is ascending. Throws Error(usage) if the data set has no groups, or fewer than clients.
std::vector<std::vector<std::size_t>> partition_by_group(const Dataset& data, std::size_t clients);

}  // namespace tacit::datasets
