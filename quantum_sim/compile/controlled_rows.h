#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace tacit::quantum_sim {

/// parity(row & mask) = value: what a diagonal control asks of the rows that it lets a rotation act on.
struct RowCondition {
  std::uint32_t mask, value;
};

/// The rows that meet all conditions of a controlled sweep: first ^ (any XOR of steps).
struct ControlledRows {
  std::uint32_t first = 0;
  std::vector<std::uint32_t> steps;
  std::vector<std::uint32_t> masks;  ///< of the conditions, independent ones; a flip that is odd with one leads out
};

/// Among 2^dimension rows. Nothing if no row meets all conditions.
std::optional<ControlledRows> controlled_rows(std::span<const RowCondition> conditions, std::uint32_t dimension);

}  // namespace tacit::quantum_sim
