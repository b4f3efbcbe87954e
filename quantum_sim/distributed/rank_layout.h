#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/state/state_plan.h"

namespace tacit::quantum_sim {

/// Where the rows of a state lie in the memory of all ranks together. A place is a number whose highest bits are a rank
/// and whose others are a row of that rank's memory. Rows and places are linear in each other over bits with XOR: place
/// p holds the row that is the XOR of rows[bit] for the bits of p, its lanes exchanged by the XOR of lanes[bit].
struct RankLayout {
  std::vector<std::uint32_t> rows;   ///< [row_bits], of each bit of a place
  std::vector<std::uint32_t> lanes;  ///< [row_bits]

  std::uint32_t lanes_of(std::uint32_t place) const noexcept;
};

/// Row after row.
RankLayout plain_layout(std::uint32_t row_bits);
/// Block after block of a pass, in the order of its block numbers, each as its visits want it. Blocks that the pass
/// does not visit, because nothing has reached them, come last.
RankLayout block_layout(const StatePlan& plan, const Pass& pass);

/// A map of places, linear over bits with XOR, in tables of a byte each.
class LinearMap {
 public:
  /// images[bit]: where the place 1 << bit goes.
  explicit LinearMap(const std::vector<std::uint32_t>& images);
  std::uint32_t operator()(std::uint32_t place) const noexcept {
    return tables_[0][place & 0xff] ^ tables_[1][place >> 8 & 0xff] ^ tables_[2][place >> 16 & 0xff] ^
           tables_[3][place >> 24];
  }

 private:
  std::uint32_t tables_[4][256] = {};
};

/// The place in `to` of the row that is at a place of `from`.
LinearMap place_map(const RankLayout& from, const RankLayout& to);

}  // namespace tacit::quantum_sim
