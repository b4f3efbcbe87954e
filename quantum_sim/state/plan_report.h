#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// What a plan does, in numbers: forward, once; a gradient goes the way back too, on two states.
struct PlanReport {
  struct PassReport {
    std::size_t blocks, rows, rotations;                                     ///< rows of one block
    std::size_t uniform_visits, row_visits, lane_visits, controlled_visits;  ///< of each block
    double bytes;       ///< between memory (or an outer cache) and the blocks, both ways
    double operations;  ///< multiply-adds, and multiplications by cosines, counted by lane
  };
  std::size_t amplitudes, lanes, state_bytes, block_bytes;
  bool single_block;
  std::vector<PassReport> passes;

  double bytes() const noexcept;
  double operations() const noexcept;
};

/// number_bytes: 4 for float, 8 for double.
PlanReport describe_plan(const StatePlan& plan, std::size_t number_bytes);
/// A table for people, one line a pass.
std::string to_string(const PlanReport& report);

}  // namespace tacit::quantum_sim
