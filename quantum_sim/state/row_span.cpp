#include "quantum_sim/state/row_span.h"

#include <bit>

namespace tacit::quantum_sim {

std::uint32_t RowSpan::reduce(std::uint32_t vector, std::uint32_t& combination) const noexcept {
  // In order of insertion: a later entry has no pivot of an earlier one, so one pass is enough.
  for (const Reduced& entry : echelon_) {
    if (!(vector & entry.pivot)) continue;
    vector ^= entry.reduced;
    combination ^= entry.combination;
  }
  return vector;
}

std::optional<std::uint32_t> RowSpan::coordinates(std::uint32_t vector) const noexcept {
  std::uint32_t combination = 0;
  if (reduce(vector, combination) != 0) return std::nullopt;
  return combination;
}

bool RowSpan::extend(std::uint32_t vector) {
  std::uint32_t combination = std::uint32_t{1} << echelon_.size();
  const std::uint32_t rest = reduce(vector, combination);
  if (rest == 0) return false;
  echelon_.push_back({rest, std::bit_floor(rest), combination});
  members_.push_back(vector);
  return true;
}

std::uint32_t RowSpan::pivots() const noexcept {
  std::uint32_t bits = 0;
  for (const Reduced& entry : echelon_) bits |= entry.pivot;
  return bits;
}

}  // namespace tacit::quantum_sim
