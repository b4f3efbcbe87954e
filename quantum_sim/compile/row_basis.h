#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "quantum_sim/circuit/pauli.h"

namespace tacit::quantum_sim {

/// A numbering of the rows (basis states) that a circuit can reach from |0...0>.
///
/// Reachable rows are the span, over bits with XOR, of the row masks of its rotations. Row r of the state is the basis
/// state obtained by XOR of those basis masks whose bit is set in r. So a state has 2^dimension rows, fewer than 2^n if
/// some qubits are never flipped, and a rotation whose mask is the newest basis mask doubles the rows in use.
class RowBasis {
 public:
  std::uint32_t dimension() const noexcept { return static_cast<std::uint32_t>(masks_.size()); }
  const std::vector<std::uint64_t>& masks() const noexcept { return masks_; }
  /// Row r is basis state r, for all r < count: the rows that amplitude encoding fills.
  static RowBasis of_first(std::uint64_t count);
  bool contains(std::uint64_t mask) const noexcept { return coordinates(mask).has_value(); }
  /// Takes `mask`, which must not be contained yet, as the next basis mask.
  void extend(std::uint64_t mask);
  /// The string as it acts on row numbers; nothing if it leads out of the reachable rows.
  std::optional<Pauli> to_rows(const Pauli& pauli) const noexcept;

 private:
  // In echelon form: `pivot` is the highest bit of `reduced`, which is the XOR of the masks marked in `combination`.
  struct Reduced {
    std::uint64_t reduced, pivot, combination;
  };
  std::uint64_t reduce(std::uint64_t mask, std::uint64_t& combination) const noexcept;
  std::optional<std::uint64_t> coordinates(std::uint64_t mask) const noexcept;

  std::vector<std::uint64_t> masks_;
  std::vector<Reduced> echelon_;
};

}  // namespace tacit::quantum_sim
