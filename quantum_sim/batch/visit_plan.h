#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "quantum_sim/batch/commuting_layers.h"
#include "quantum_sim/compile/program.h"

namespace tacit::quantum_sim {

inline constexpr std::uint32_t no_diagonal = std::numeric_limits<std::uint32_t>::max();
inline constexpr std::uint32_t most_sweeps_of_visit = 4;

/// Consecutive sweeps done together on groups of 2^levels rows, so that each row is read and written once for all.
///
/// Level l pairs rows by flips[l]. A group's first row has even parity with every roles[l]; steps lead from one group's
/// first row to another's. Sweeps of several levels are plain rotations (nothing grows, no phase attached) of one kind
/// that leave each other's roles and signs alone. A diagonal, if any, precedes them.
///
/// Passes forward and back work on several states psi: one for each kept layer, behind it, and the one before all.
struct Visit {
  /// What a pass back does.
  enum class Back : std::uint8_t {
    undo_both,   ///< takes the gradients and undoes the sweeps on psi and lambda
    gradients,   ///< takes the gradients of the rotations, changes nothing
    undo_lambda  ///< undoes the sweeps on lambda; takes the gradients of the diagonal
  };
  Back back = Back::undo_both;
  std::uint32_t first_sweep = 0;  ///< the first rotation; or the diagonal, if it is alone
  std::uint32_t levels = 0;
  std::array<std::uint32_t, most_sweeps_of_visit> flips{}, roles{}, signs{};
  std::uint32_t diagonal = no_diagonal;
  std::uint32_t first_step = 0, steps = 0;  ///< 2^steps groups in a block
  std::uint32_t source = 0, target = 0;     ///< of the states psi: read and, by passes that change it, written
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
  std::uint32_t block_dimension;         ///< a block has at most 2^block_dimension rows
  std::uint32_t levels;                  ///< of a visit that changes states
  std::uint32_t levels_behind_diagonal;  ///< of one that has a diagonal
  std::uint32_t gradient_levels = 0;     ///< of a visit that takes gradients only
};

/// How one pass walks the sweeps and rows of a program.
struct VisitPlan {
  std::vector<Stage> stages;
  std::vector<Visit> visits;
  std::vector<std::uint32_t> steps;  ///< row masks
  std::uint32_t states = 1;          ///< psi, as many as kept layers and one more
};

/// Of a pass that evolves states, in order. Behind each of the layers, which are in order, it leaves a state.
VisitPlan plan_forward(const Program& program, VisitLimits limits, std::span<const CommutingLayer> kept = {});
/// Of a pass that goes back, to be taken in reverse.
VisitPlan plan_backward(const Program& program, VisitLimits limits, std::span<const CommutingLayer> kept = {});

}  // namespace tacit::quantum_sim
