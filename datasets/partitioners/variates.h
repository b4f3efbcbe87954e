#pragma once

#include <cstddef>
#include <vector>

#include "core/random.h"

namespace tacit::datasets {

/// Shares of `clients` clients, positive and of sum one, from Dirichlet(alpha, ..., alpha). Computed from logarithms,
/// so that a small alpha does not underflow. alpha must be positive.
std::vector<double> dirichlet_shares(RandomStream& stream, std::size_t clients, double alpha);

}  // namespace tacit::datasets
