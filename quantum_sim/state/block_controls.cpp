#include "quantum_sim/state/block_controls.h"

#include <bit>

namespace tacit::quantum_sim {
namespace {

using Condition = BlockControls::Condition;

Condition sum(const Condition& one, const Condition& other) {
  return {one.mask ^ other.mask, one.value ^ other.value, one.rows ^ other.rows, one.lanes ^ other.lanes};
}

// What it says beside those that are sorted by `bits` already.
Condition reduced(Condition condition, const std::vector<Condition>& sorted, std::uint32_t Condition::*bits) {
  for (const Condition& earlier : sorted)
    if (condition.*bits & std::bit_floor(earlier.*bits)) condition = sum(condition, earlier);
  return condition;
}

void sort_in(Condition condition, BlockControls& controls) {
  condition = reduced(condition, controls.by_lane, &Condition::lanes);
  if (condition.lanes) return controls.by_lane.push_back(condition);
  condition = reduced(condition, controls.by_row, &Condition::rows);
  if (!condition.rows) return controls.whole.push_back(condition);
  for (Condition& earlier : controls.by_row)
    if (earlier.rows & condition.highest_row()) earlier = sum(earlier, condition);
  controls.by_row.push_back(condition);
}

// Of rows that are even with all of `by_row`: a free bit, and the highest ones of those that it is odd with.
std::vector<std::uint32_t> even_offsets(const std::vector<Condition>& by_row, std::uint32_t block_row_bits) {
  std::uint32_t highest = 0;
  for (const Condition& condition : by_row) highest |= condition.highest_row();
  std::vector<std::uint32_t> offsets{0};
  for (std::uint32_t number = 0; number < block_row_bits; ++number) {
    std::uint32_t step = 1u << number;
    if (step & highest) continue;
    for (const Condition& condition : by_row)
      if (condition.rows & 1u << number) step |= condition.highest_row();
    for (std::size_t place = 0, end = offsets.size(); place < end; ++place) offsets.push_back(offsets[place] ^ step);
  }
  return offsets;
}

}  // namespace

std::uint32_t BlockControls::Condition::highest_row() const noexcept {
  return std::bit_floor(rows);
}

BlockControls block_controls(std::span<const Condition> conditions, std::uint32_t row_flip,
                             std::uint32_t block_row_bits) {
  BlockControls controls;
  for (const Condition& condition : conditions) sort_in(condition, controls);
  controls.offsets = even_offsets(controls.by_row, block_row_bits);
  std::erase_if(controls.offsets, [&](std::uint32_t offset) { return offset & std::bit_floor(row_flip); });
  return controls;
}

}  // namespace tacit::quantum_sim
