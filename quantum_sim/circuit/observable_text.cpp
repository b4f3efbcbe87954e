#include "quantum_sim/circuit/observable_text.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/circuit.h"

namespace tacit::quantum_sim {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Observable read() {
    Observable result;
    do {
      double sign = 1;
      skip_blanks();
      if (look() == '+' || look() == '-') sign = text_[at_++] == '-' ? -1 : 1;
      result.terms.push_back(term(sign));
      skip_blanks();
    } while (look() == '+' || look() == '-');
    if (at_ < text_.size()) refuse("'*', '+', '-' or the end");
    return result;
  }

 private:
  char look() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (look() == ' ' || look() == '\t') ++at_;
  }
  [[noreturn]] void refuse(const char* expected) const {
    fail(ErrorKind::usage, "observable '{}', place {}: expected {}", text_, at_ + 1, expected);
  }

  PauliTerm term(double sign) {
    PauliTerm result{sign, 0, 0};
    std::uint64_t seen = 0;
    do {
      skip_blanks();
      factor(result, seen);
      skip_blanks();
    } while (look() == '*' && ++at_);
    return result;
  }

  void factor(PauliTerm& term, std::uint64_t& seen) {
    const char letter = static_cast<char>(look() & ~0x20);
    if (letter != 'I' && letter != 'X' && letter != 'Y' && letter != 'Z') return number(term);
    ++at_;
    std::uint32_t qubit = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), qubit);
    if (error != std::errc() || qubit >= Circuit::max_qubits)
      refuse("the number of a qubit, 0 to 62, behind its letter");
    const std::uint64_t bit = std::uint64_t{1} << qubit;
    if (seen & bit) refuse("every qubit once in a term");
    seen |= bit;
    at_ = static_cast<std::size_t>(end - text_.data());
    if (letter == 'X' || letter == 'Y') term.x_mask |= bit;
    if (letter == 'Z' || letter == 'Y') term.z_mask |= bit;
  }

  void number(PauliTerm& term) {
    double value = 0;
    const auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc() || !std::isfinite(value * term.coefficient))
      refuse("a finite number, or I, X, Y or Z and the number of a qubit");
    term.coefficient *= value;
    at_ = static_cast<std::size_t>(end - text_.data());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string letters(const PauliTerm& term) {
  std::string text;
  for (std::uint32_t qubit = 0; qubit < 64; ++qubit) {
    const bool x = term.x_mask >> qubit & 1, z = term.z_mask >> qubit & 1;
    if (x || z) text += fmt::format("{}{}{}", text.empty() ? "" : "*", x && z ? 'Y' : x ? 'X' : 'Z', qubit);
  }
  return text;
}

}  // namespace

Observable parse_observable(std::string_view text) {
  return Reader(text).read();
}

std::string to_text(const Observable& observable) {
  std::string text;
  for (const PauliTerm& term : observable.terms) {
    const double size = std::abs(term.coefficient);
    const bool is_negative = std::signbit(term.coefficient);
    text += text.empty() ? (is_negative ? "-" : "") : is_negative ? " - " : " + ";
    const std::string string = letters(term);
    if (size != 1 || string.empty()) text += fmt::format("{}{}", size, string.empty() ? "" : "*");
    text += string;
  }
  return text.empty() ? "0" : text;
}

}  // namespace tacit::quantum_sim
