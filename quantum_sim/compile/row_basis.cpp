#include "quantum_sim/compile/row_basis.h"

#include <bit>

namespace tacit::quantum_sim {

RowBasis RowBasis::of_first(std::uint64_t count) {
  RowBasis basis;
  for (std::uint64_t mask = 1; mask < count; mask *= 2) basis.extend(mask);
  return basis;
}

std::uint64_t RowBasis::reduce(std::uint64_t mask, std::uint64_t& combination) const noexcept {
  // In order of insertion: a later entry has no pivot of an earlier one, so one pass is enough.
  for (const Reduced& entry : echelon_) {
    if (mask & entry.pivot) {
      mask ^= entry.reduced;
      combination ^= entry.combination;
    }
  }
  return mask;
}

std::optional<std::uint64_t> RowBasis::coordinates(std::uint64_t mask) const noexcept {
  std::uint64_t combination = 0;
  if (reduce(mask, combination) != 0) return std::nullopt;
  return combination;
}

void RowBasis::extend(std::uint64_t mask) {
  std::uint64_t combination = std::uint64_t{1} << masks_.size();
  const std::uint64_t rest = reduce(mask, combination);
  echelon_.push_back({rest, std::bit_floor(rest), combination});
  masks_.push_back(mask);
}

std::optional<Pauli> RowBasis::to_rows(const Pauli& pauli) const noexcept {
  const std::optional<std::uint64_t> rows = coordinates(pauli.x);
  if (!rows) return std::nullopt;
  std::uint64_t signs = 0;
  for (std::size_t bit = 0; bit < masks_.size(); ++bit) signs |= std::uint64_t{parity(masks_[bit] & pauli.z)} << bit;
  return Pauli{*rows, signs, pauli.phase};
}

}  // namespace tacit::quantum_sim
