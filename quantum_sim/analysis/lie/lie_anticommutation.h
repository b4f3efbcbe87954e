#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "quantum_sim/analysis/lie/pauli_string_set.h"

namespace tacit::quantum_sim {

/// Which of many fixed strings anticommute with a given one, 64 of them an operation.
///
/// Bit-sliced: for every qubit one bit a string says whether it carries X (Z) there. A string's row of answers is the
/// XOR of the columns that its own letters meet, and so is linear: row(P Q) = row(P) ^ row(Q).
class AnticommutationTable {
 public:
  explicit AnticommutationTable(const PauliStringSet& strings);

  /// 64-bit words of a row.
  std::size_t words() const noexcept { return words_; }
  /// Writes the row: bit g says that `string` anticommutes with string number g.
  void row(const std::uint64_t* string, std::uint64_t* bits) const noexcept;

 private:
  std::size_t half_, words_;
  // [qubit][words]: the strings that a Z (an X) on this qubit meets with an X (a Z) of theirs.
  std::vector<std::uint64_t> met_by_z_, met_by_x_;
};

/// Calls body(place) for each set bit, ascending.
template <class Body>
void for_each_bit(const std::uint64_t* bits, std::size_t words, Body body) {
  for (std::size_t word = 0; word < words; ++word)
    for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1)
      body(word * 64 + static_cast<std::size_t>(std::countr_zero(rest)));
}

}  // namespace tacit::quantum_sim
