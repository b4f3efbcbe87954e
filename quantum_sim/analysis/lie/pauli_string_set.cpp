#include "quantum_sim/analysis/lie/pauli_string_set.h"

#include <algorithm>
#include <limits>

#include "quantum_sim/memory.h"

namespace tacit::quantum_sim {
namespace {

constexpr std::uint64_t high_half = ~std::uint64_t{0xffffffff};

std::uint64_t hash_of(const std::uint64_t* words, std::size_t count) noexcept {
  std::uint64_t hash = 0x9e3779b97f4a7c15u;
  for (std::size_t word = 0; word < count; ++word) {
    // Multiplying moves bits up only; the shift brings them back down.
    hash = (hash ^ words[word]) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return hash * 0xc4ceb9fe1a85ec53u;
}

}  // namespace

std::size_t PauliStringSet::slot_of(const std::uint64_t* words, std::uint64_t hash) const noexcept {
  const std::size_t last = table_.size() - 1;
  for (std::size_t slot = (hash >> 32 ^ hash) & last;; slot = (slot + 1) & last) {
    const std::uint64_t entry = table_[slot];
    if (entry == 0) return slot;
    if ((entry ^ hash) & high_half) continue;
    if (std::equal(words, words + 2 * half_, this->words((entry & ~high_half) - 1))) return slot;
  }
}

void PauliStringSet::grow() {
  const std::size_t count = size(), capacity = std::max<std::size_t>(2 * table_.size(), 64);
  if (count >= std::numeric_limits<std::uint32_t>::max() / 2)
    fail(ErrorKind::resource, "a set of Pauli strings holds at most 2^31 of them");
  // Strings and table move to arrays of twice the size.
  if (capacity > 1 << 16)
    require_memory(capacity / 2 * 2 * half_ * sizeof(std::uint64_t) + capacity * sizeof(std::uint64_t),
                   available_memory(), fmt::format("a set of more than {} Pauli strings on {} qubits", count, qubits_));
  words_.reserve(capacity / 2 * 2 * half_);
  table_.assign(capacity, 0);
  for (std::size_t number = 0; number < count; ++number) {
    const std::uint64_t hash = hash_of(words(number), 2 * half_);
    table_[slot_of(words(number), hash)] = (hash & high_half) | (number + 1);
  }
}

std::pair<std::uint32_t, bool> PauliStringSet::insert(const std::uint64_t* words) {
  if (2 * size() >= table_.size()) grow();
  const std::uint64_t hash = hash_of(words, 2 * half_);
  const std::size_t slot = slot_of(words, hash);
  if (table_[slot] != 0) return {static_cast<std::uint32_t>((table_[slot] & ~high_half) - 1), false};
  const std::size_t number = size();
  table_[slot] = (hash & high_half) | (number + 1);
  words_.insert(words_.end(), words, words + 2 * half_);
  return {static_cast<std::uint32_t>(number), true};
}

std::pair<std::uint32_t, bool> PauliStringSet::insert(const PauliString& string) {
  if (string.qubits() != qubits_)
    fail(ErrorKind::usage, "a Pauli string on {} qubits does not fit a set on {} qubits", string.qubits(), qubits_);
  return insert(string.words().data());
}

std::optional<std::uint32_t> PauliStringSet::find(const std::uint64_t* words) const noexcept {
  if (table_.empty()) return std::nullopt;
  const std::uint64_t entry = table_[slot_of(words, hash_of(words, 2 * half_))];
  if (entry == 0) return std::nullopt;
  return static_cast<std::uint32_t>((entry & ~high_half) - 1);
}

std::optional<std::uint32_t> PauliStringSet::find(const PauliString& string) const noexcept {
  if (string.qubits() != qubits_) return std::nullopt;
  return find(string.words().data());
}

}  // namespace tacit::quantum_sim
