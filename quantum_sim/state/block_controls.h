#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/compile/controlled_rows.h"

namespace tacit::quantum_sim {

/// Which amplitudes of a block a controlled rotation acts on: those that meet all conditions.
///
/// Row r and lane l of a block whose first amplitude has index b meet a condition if
///   parity(b & mask) ^ parity(r & rows) ^ parity(l & lanes) = value.
struct BlockControls {
  struct Condition {
    std::uint32_t mask, value;  ///< over the index
    std::uint32_t rows, lanes;  ///< in the block's coordinates

    std::uint32_t highest_row() const noexcept;
  };
  std::vector<Condition> whole;    ///< neither rows nor lanes: all of a block meets it or nothing does
  std::vector<Condition> by_row;   ///< no lanes; each alone has the highest bit of its rows
  std::vector<Condition> by_lane;  ///< independent in lanes
  /// Rows that meet `by_row` are one of them ^ offset; of two that the rotation pairs, one is listed.
  std::vector<std::uint32_t> offsets;
};

/// Sorts independent conditions, given with all four masks, of a rotation along `row_flip` in a block of
/// 2^block_row_bits rows. The flip is even with all of them.
BlockControls block_controls(std::span<const BlockControls::Condition> conditions, std::uint32_t row_flip,
                             std::uint32_t block_row_bits);

}  // namespace tacit::quantum_sim
