#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::quantum_sim {

/// A Hermitian Pauli string on any number of qubits: the tensor product of one letter I, X, Y or Z a qubit. Bit-packed:
/// ceil(qubits / 64) words of X bits, then as many of Z bits; both bits mean Y. As text, letter q belongs to qubit q:
/// "XZI" is X on qubit 0 and Z on qubit 1.
class PauliString {
 public:
  static constexpr std::uint32_t max_qubits = 1u << 16;

  /// The identity. Throws Error(usage) unless qubits is in 1..max_qubits.
  explicit PauliString(std::uint32_t qubits);
  /// `letters` as described above; throws Error(usage) that names the first character that is none of I, X, Y, Z.
  static PauliString parse(std::string_view letters);
  /// letters[i] on qubit places[i], the identity elsewhere. Throws Error(usage) on a qubit out of range or named twice.
  static PauliString on(std::uint32_t qubits, std::string_view letters, const std::vector<std::uint32_t>& places);
  /// From masks as of PauliTerm; at most 64 qubits. Throws Error(usage) on a bit out of range.
  static PauliString from_masks(std::uint32_t qubits, std::uint64_t x_mask, std::uint64_t z_mask);
  /// From words as of words(); bits beyond the last qubit must be zero.
  static PauliString from_words(std::uint32_t qubits, const std::uint64_t* words);

  std::uint32_t qubits() const noexcept { return qubits_; }
  std::span<const std::uint64_t> words() const noexcept { return words_; }
  char letter(std::uint32_t qubit) const noexcept;
  /// Qubits that do not carry I.
  std::uint32_t weight() const noexcept;
  bool is_identity() const noexcept { return weight() == 0; }
  std::string text() const;

  friend bool operator==(const PauliString&, const PauliString&) = default;

 private:
  void set(std::uint32_t qubit, bool x, bool z) noexcept;
  std::uint32_t qubits_;
  std::vector<std::uint64_t> words_;
};

/// sign * string.
struct SignedPauliString {
  double sign;
  PauliString string;
};

bool commute(const PauliString& left, const PauliString& right);
/// The bracket of the Hermitian strings, i [left, right] / 2: a string up to sign, or nothing if they commute. It is
/// how i * left and i * right commute, up to a factor: [i P, i Q] = 2 i (i [P, Q] / 2).
std::optional<SignedPauliString> bracket(const PauliString& left, const PauliString& right);

/// 64-bit words of one half (X or Z) of a string.
constexpr std::size_t half_words(std::uint32_t qubits) noexcept {
  return (std::size_t{qubits} + 63) / 64;
}

/// Whether strings of 2 * half words anticommute.
inline bool anticommute(const std::uint64_t* left, const std::uint64_t* right, std::size_t half) noexcept {
  std::uint64_t odd = 0;
  for (std::size_t word = 0; word < half; ++word)
    odd ^= (left[word] & right[half + word]) ^ (left[half + word] & right[word]);
  return std::popcount(odd) & 1;
}

/// Writes the string of the product; returns k in 0..3 with left * right = i^k result. `result` may be an argument.
///
/// A qubit whose letters anticommute adds 1 to k (XY, YZ, ZX) or -1 (YX, ZY, XZ). Modulo 4 that is their number plus
/// twice the number of the negative ones, of which only the parity matters; the first is kept in two-bit counters, one
/// a bit position, so that two bit counts at the end are enough for any number of words.
inline std::uint32_t multiply(const std::uint64_t* left, const std::uint64_t* right, std::size_t half,
                              std::uint64_t* result) noexcept {
  std::uint64_t ones = 0, twos = 0, negative = 0;
  for (std::size_t word = 0; word < half; ++word) {
    const std::uint64_t lx = left[word], lz = left[half + word], rx = right[word], rz = right[half + word];
    const std::uint64_t x = lx ^ rx, z = lz ^ rz, odd = (lx & rz) ^ (lz & rx);
    twos ^= ones & odd;
    ones ^= odd;
    negative ^= odd & ((lx & rz) ^ x ^ z);
    result[word] = x;
    result[half + word] = z;
  }
  return static_cast<std::uint32_t>(std::popcount(ones) + 2 * std::popcount(twos ^ negative)) & 3u;
}

/// For anticommuting strings: writes the string of i * left * right = i [left, right] / 2; whether its sign is minus.
inline bool bracket_is_negative(const std::uint64_t* left, const std::uint64_t* right, std::size_t half,
                                std::uint64_t* result) noexcept {
  // i * i^k is 1 for k = 3, -1 for k = 1.
  return multiply(left, right, half, result) == 1;
}

}  // namespace tacit::quantum_sim
