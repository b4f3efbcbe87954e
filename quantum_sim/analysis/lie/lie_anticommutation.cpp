#include "quantum_sim/analysis/lie/lie_anticommutation.h"

#include <algorithm>

namespace tacit::quantum_sim {

AnticommutationTable::AnticommutationTable(const PauliStringSet& strings)
    : half_(strings.half()), words_((strings.size() + 63) / 64) {
  met_by_z_.resize(half_ * 64 * words_);
  met_by_x_.resize(half_ * 64 * words_);
  for (std::size_t number = 0; number < strings.size(); ++number) {
    const std::uint64_t* const string = strings.words(number);
    const std::size_t word = number / 64;
    const std::uint64_t bit = std::uint64_t{1} << number % 64;
    for_each_bit(string, half_, [&](std::size_t qubit) { met_by_z_[qubit * words_ + word] |= bit; });
    for_each_bit(string + half_, half_, [&](std::size_t qubit) { met_by_x_[qubit * words_ + word] |= bit; });
  }
}

void AnticommutationTable::row(const std::uint64_t* string, std::uint64_t* bits) const noexcept {
  std::fill(bits, bits + words_, 0);
  const auto add = [&](const std::uint64_t* column) {
    for (std::size_t word = 0; word < words_; ++word) bits[word] ^= column[word];
  };
  for_each_bit(string, half_, [&](std::size_t qubit) { add(met_by_x_.data() + qubit * words_); });
  for_each_bit(string + half_, half_, [&](std::size_t qubit) { add(met_by_z_.data() + qubit * words_); });
}

}  // namespace tacit::quantum_sim
