#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "quantum_sim/analysis/lie/pauli_string.h"

namespace tacit::quantum_sim {

/// Distinct Pauli strings of one system, numbered in the order in which they came. Strings lie one behind the other in
/// one array, found through an open-addressing table of their numbers: nothing is allocated for a single string.
class PauliStringSet {
 public:
  explicit PauliStringSet(std::uint32_t qubits) : qubits_(qubits), half_(half_words(qubits)) {}

  std::uint32_t qubits() const noexcept { return qubits_; }
  std::size_t half() const noexcept { return half_; }
  std::size_t size() const noexcept { return words_.size() / (2 * half_); }
  /// Valid until the next insertion.
  const std::uint64_t* words(std::size_t number) const noexcept { return words_.data() + number * 2 * half_; }
  PauliString operator[](std::size_t number) const { return PauliString::from_words(qubits_, words(number)); }

  /// The string's number, and whether it is new. `words` must not lie in this set. Throws Error(resource) before
  /// growing beyond memory.
  std::pair<std::uint32_t, bool> insert(const std::uint64_t* words);
  /// Throws Error(usage) if the string is on another number of qubits.
  std::pair<std::uint32_t, bool> insert(const PauliString& string);
  std::optional<std::uint32_t> find(const std::uint64_t* words) const noexcept;
  std::optional<std::uint32_t> find(const PauliString& string) const noexcept;

 private:
  // Where a string stands in the table, or the free slot where it would.
  std::size_t slot_of(const std::uint64_t* words, std::uint64_t hash) const noexcept;
  void grow();

  std::uint32_t qubits_;
  std::size_t half_;
  std::vector<std::uint64_t> words_;
  // High half: the upper bits of the hash, so that few comparisons reach for a string; low half: number + 1, 0 if free.
  std::vector<std::uint64_t> table_;
};

}  // namespace tacit::quantum_sim
