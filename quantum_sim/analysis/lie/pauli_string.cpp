#include "quantum_sim/analysis/lie/pauli_string.h"

#include "core/error.h"

namespace tacit::quantum_sim {
namespace {

void require_same_qubits(const PauliString& left, const PauliString& right) {
  if (left.qubits() != right.qubits())
    fail(ErrorKind::usage, "Pauli strings on {} and on {} qubits do not act on one system", left.qubits(),
         right.qubits());
}

void require_letter(char letter, std::size_t place) {
  if (letter != 'I' && letter != 'X' && letter != 'Y' && letter != 'Z')
    fail(ErrorKind::usage, "character {} of a Pauli string is '{}', expected I, X, Y or Z", place, letter);
}

}  // namespace

PauliString::PauliString(std::uint32_t qubits) : qubits_(qubits) {
  if (qubits == 0 || qubits > max_qubits)
    fail(ErrorKind::usage, "a Pauli string has 1 to {} qubits, not {}", max_qubits, qubits);
  words_.resize(2 * half_words(qubits));
}

void PauliString::set(std::uint32_t qubit, bool x, bool z) noexcept {
  const std::size_t half = half_words(qubits_);
  words_[qubit / 64] |= std::uint64_t{x} << qubit % 64;
  words_[half + qubit / 64] |= std::uint64_t{z} << qubit % 64;
}

PauliString PauliString::parse(std::string_view letters) {
  if (letters.size() > max_qubits)
    fail(ErrorKind::usage, "a Pauli string has 1 to {} qubits, not {}", max_qubits, letters.size());
  PauliString result(static_cast<std::uint32_t>(letters.size()));
  for (std::uint32_t qubit = 0; qubit < result.qubits_; ++qubit) {
    const char letter = letters[qubit];
    require_letter(letter, qubit);
    result.set(qubit, letter == 'X' || letter == 'Y', letter == 'Z' || letter == 'Y');
  }
  return result;
}

PauliString PauliString::on(std::uint32_t qubits, std::string_view letters, const std::vector<std::uint32_t>& places) {
  PauliString result(qubits);
  if (letters.size() != places.size())
    fail(ErrorKind::usage, "a Pauli string names {} letters for {} qubits", letters.size(), places.size());
  std::vector<bool> used(qubits);
  for (std::size_t place = 0; place < places.size(); ++place) {
    const std::uint32_t qubit = places[place];
    const char letter = letters[place];
    require_letter(letter, place);
    if (qubit >= qubits)
      fail(ErrorKind::usage, "a Pauli string names qubit {}, there are qubits 0 to {}", qubit, qubits - 1);
    if (used[qubit]) fail(ErrorKind::usage, "a Pauli string names qubit {} twice", qubit);
    used[qubit] = true;
    result.set(qubit, letter == 'X' || letter == 'Y', letter == 'Z' || letter == 'Y');
  }
  return result;
}

PauliString PauliString::from_masks(std::uint32_t qubits, std::uint64_t x_mask, std::uint64_t z_mask) {
  PauliString result(qubits);
  const std::uint64_t outside = qubits < 64 ? ~((std::uint64_t{1} << qubits) - 1) : 0;
  if ((x_mask | z_mask) & outside)
    fail(ErrorKind::usage, "a Pauli string names qubit {}, there are qubits 0 to {}",
         std::countr_zero((x_mask | z_mask) & outside), qubits - 1);
  result.words_[0] = x_mask;
  result.words_[half_words(qubits)] = z_mask;
  return result;
}

PauliString PauliString::from_words(std::uint32_t qubits, const std::uint64_t* words) {
  PauliString result(qubits);
  result.words_.assign(words, words + result.words_.size());
  return result;
}

char PauliString::letter(std::uint32_t qubit) const noexcept {
  const std::size_t half = half_words(qubits_);
  const std::uint64_t x = words_[qubit / 64] >> qubit % 64 & 1, z = words_[half + qubit / 64] >> qubit % 64 & 1;
  return "IXZY"[x + 2 * z];
}

std::uint32_t PauliString::weight() const noexcept {
  const std::size_t half = half_words(qubits_);
  std::uint32_t count = 0;
  for (std::size_t word = 0; word < half; ++word)
    count += static_cast<std::uint32_t>(std::popcount(words_[word] | words_[half + word]));
  return count;
}

std::string PauliString::text() const {
  std::string result(qubits_, 'I');
  for (std::uint32_t qubit = 0; qubit < qubits_; ++qubit) result[qubit] = letter(qubit);
  return result;
}

bool commute(const PauliString& left, const PauliString& right) {
  require_same_qubits(left, right);
  return !anticommute(left.words().data(), right.words().data(), half_words(left.qubits()));
}

std::optional<SignedPauliString> bracket(const PauliString& left, const PauliString& right) {
  if (commute(left, right)) return std::nullopt;
  std::vector<std::uint64_t> words(left.words().size());
  const bool negative =
      bracket_is_negative(left.words().data(), right.words().data(), half_words(left.qubits()), words.data());
  return SignedPauliString{negative ? -1.0 : 1.0, PauliString::from_words(left.qubits(), words.data())};
}

}  // namespace tacit::quantum_sim
