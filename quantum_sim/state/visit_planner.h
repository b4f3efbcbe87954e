#pragma once

#include <vector>

#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// Sorts the rotations of one pass, given in an order of application and in the block's coordinates, into visits.
/// `rotations` comes back in an equivalent order, that of the visits.
std::vector<BlockVisit> plan_visits(std::vector<PlannedRotation>& rotations, std::uint32_t block_row_bits);

/// Sufficient: the string and the controls of one commute with those of the other.
bool commute(const PlannedRotation& one, const PlannedRotation& other) noexcept;

}  // namespace tacit::quantum_sim
