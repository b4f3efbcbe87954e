#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace tacit::quantum_sim {

/// A subspace of bit vectors under XOR, spanned by members in the order in which they were added.
class RowSpan {
 public:
  std::uint32_t dimension() const noexcept { return static_cast<std::uint32_t>(echelon_.size()); }
  bool contains(std::uint32_t vector) const noexcept { return coordinates(vector).has_value(); }
  /// Bit j of the result is set if `vector` is the XOR of, among others, member j; nothing if it lies outside.
  std::optional<std::uint32_t> coordinates(std::uint32_t vector) const noexcept;
  /// Takes `vector` as the next member unless it is contained already; says whether it did.
  bool extend(std::uint32_t vector);
  /// One bit of each dimension such that no member of the span is zero on all of them.
  std::uint32_t pivots() const noexcept;
  const std::vector<std::uint32_t>& members() const noexcept { return members_; }

 private:
  // `pivot` is a bit of `reduced`, which is the XOR of the members marked in `combination`.
  struct Reduced {
    std::uint32_t reduced, pivot, combination;
  };
  std::uint32_t reduce(std::uint32_t vector, std::uint32_t& combination) const noexcept;
  std::vector<Reduced> echelon_;
  std::vector<std::uint32_t> members_;
};

}  // namespace tacit::quantum_sim
