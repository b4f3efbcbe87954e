#include "quantum_sim/compile/controlled_rows.h"

#include <bit>

namespace tacit::quantum_sim {
namespace {

/// Independent conditions in reduced form: each has a pivot bit that no other has.
class ReducedConditions {
 public:
  /// False if it contradicts those before.
  bool add(RowCondition added) {
    for (const RowCondition& earlier : reduced_)
      if (added.mask & pivot(earlier)) added = sum(added, earlier);
    if (added.mask == 0) return added.value == 0;
    for (RowCondition& earlier : reduced_)
      if (earlier.mask & pivot(added)) earlier = sum(earlier, added);
    reduced_.push_back(added);
    return true;
  }

  ControlledRows rows(std::uint32_t dimension) const {
    ControlledRows result;
    std::uint32_t pivots = 0;
    for (const RowCondition& condition : reduced_) {
      pivots |= pivot(condition);
      if (condition.value) result.first |= pivot(condition);
      result.masks.push_back(condition.mask);
    }
    for (std::uint32_t number = 0; number < dimension; ++number)
      if (const std::uint32_t bit = 1u << number; !(pivots & bit)) result.steps.push_back(step_along(bit));
    return result;
  }

 private:
  // Adding a later condition to an earlier one leaves that one's highest bit alone, or it would have been reduced by
  // it.
  static std::uint32_t pivot(const RowCondition& condition) { return std::bit_floor(condition.mask); }
  static RowCondition sum(const RowCondition& left, const RowCondition& right) {
    return {left.mask ^ right.mask, left.value ^ right.value};
  }
  // Even with all conditions: a free bit, and the pivots of those that it is odd with.
  std::uint32_t step_along(std::uint32_t bit) const {
    std::uint32_t step = bit;
    for (const RowCondition& condition : reduced_)
      if (condition.mask & bit) step |= pivot(condition);
    return step;
  }

  std::vector<RowCondition> reduced_;
};

}  // namespace

std::optional<ControlledRows> controlled_rows(std::span<const RowCondition> conditions, std::uint32_t dimension) {
  ReducedConditions reduced;
  for (const RowCondition& condition : conditions)
    if (!reduced.add(condition)) return std::nullopt;
  return reduced.rows(dimension);
}

}  // namespace tacit::quantum_sim
