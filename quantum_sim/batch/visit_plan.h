#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

inline constexpr std::uint32_t no_diagonal = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t most_sweeps_of_visit = 3;

/// Consecutive sweeps done together on groups of 2^levels rows, so that each row is read and written once for all.
///
/// Level l pairs rows by flips[l]. A group's first row has even parity with every roles[l]; steps lead from one group's
/// first row to another's. Sweeps of several levels are plain rotations (nothing grows, no phase attached) of one kind
/// that leave each other's roles and signs alone. A diagonal, if any, follows them.
struct Visit {
  std::uint32_t first_sweep = 0;
  std::uint32_t levels = 0;
  std::array<std::uint32_t, most_sweeps_of_visit> flips{}, roles{}, signs{};
  std::uint32_t diagonal = no_diagonal;
  std::uint32_t first_step = 0, steps = 0;  ///< 2^steps groups in a block
};

/// Visits done one after the other on a block of rows that none of them leaves, while it is in the nearest cache; then
/// on the next block. Steps lead from block to block. At most one of the visits has a diagonal.
/// A controlled sweep is a stage of its own, with one block: all rows that it is confined to.
struct Stage {
  std::uint32_t first_visit = 0, end_visit = 0;
  std::uint32_t origin = 0;                 ///< first row of the first block
  std::uint32_t first_step = 0, steps = 0;  ///< 2^steps blocks
};

struct VisitLimits {
  std::uint32_t block_dimension;  ///< a block has at most 2^block_dimension rows
  std::uint32_t levels;           ///< 1 .. most_sweeps_of_visit
};

/// How one pass walks the sweeps and rows of a program.
struct VisitPlan {
  std::vector<Stage> stages;
  std::vector<Visit> visits;
  std::vector<std::uint32_t> steps;  ///< row masks
};

VisitPlan plan_visits(const Program& program, VisitLimits limits);

}  // namespace tacit::quantum_sim
