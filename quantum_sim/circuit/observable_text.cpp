#include <bit>
#include <charconv>
#include <cmath>

#include "core/error.h"
#include "quantum_sim/circuit/observables.h"

namespace tacit::quantum_sim {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Observable read() {
    Observable observable;
    skip_spaces();
    if (place_ == text_.size()) refuse("a term");
    while (place_ < text_.size()) {
      double sign = 1;
      if (peek() == '+' || peek() == '-')
        sign = text_[place_++] == '-' ? -1 : 1;
      else if (!observable.terms.empty())
        refuse("+ or -");
      skip_spaces();
      observable.terms.push_back(term(sign));
    }
    return observable;
  }

 private:
  [[noreturn]] void refuse(const std::string& expected) const {
    const std::string found = place_ < text_.size() ? fmt::format("'{}'", text_[place_]) : "the end";
    fail(ErrorKind::usage, "observable \"{}\", column {}: expected {}, found {}", text_, place_ + 1, expected, found);
  }

  char peek() const { return place_ < text_.size() ? text_[place_] : '\0'; }
  bool at_letter() const { return peek() == 'X' || peek() == 'Y' || peek() == 'Z'; }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t') ++place_;
  }

  template <class Number>
  Number number(const char* expected) {
    Number value{};
    const auto [end, error] = std::from_chars(text_.data() + place_, text_.data() + text_.size(), value);
    if (error != std::errc() || end == text_.data() + place_) refuse(expected);
    if constexpr (std::is_same_v<Number, double>)
      if (!std::isfinite(value)) refuse(expected);
    place_ = static_cast<std::size_t>(end - text_.data());
    return value;
  }

  PauliTerm term(double sign) {
    PauliTerm result{sign, 0, 0};
    // from_chars would take a second sign.
    if (!at_letter()) {
      if (peek() == '-') refuse("a finite coefficient or a letter X, Y or Z");
      result.coefficient *= number<double>("a finite coefficient or a letter X, Y or Z");
      skip_spaces();
      if (peek() == '*') {
        ++place_;
        skip_spaces();
        if (!at_letter()) refuse("a letter X, Y or Z");
      }
    }
    for (; at_letter(); skip_spaces()) letter(result);
    return result;
  }

  void letter(PauliTerm& term) {
    const char letter = text_[place_++];
    const std::size_t start = place_;
    const auto qubit = number<std::uint32_t>("a qubit");
    const std::uint64_t mask = qubit < 64 ? std::uint64_t{1} << qubit : 0;
    if (mask == 0 || ((term.x_mask | term.z_mask) & mask)) {
      place_ = start;
      refuse(mask == 0 ? "a qubit below 64" : "a qubit that the term does not have yet");
    }
    if (letter != 'Z') term.x_mask |= mask;
    if (letter != 'X') term.z_mask |= mask;
  }

  std::string_view text_;
  std::size_t place_ = 0;
};

std::string letters(const PauliTerm& term) {
  std::string text;
  for (std::uint64_t bits = term.x_mask | term.z_mask; bits != 0; bits &= bits - 1) {
    const int qubit = std::countr_zero(bits);
    const bool x = term.x_mask >> qubit & 1, z = term.z_mask >> qubit & 1;
    text += fmt::format(" {}{}", x && z ? 'Y' : x ? 'X' : 'Z', qubit);
  }
  return text;
}

}  // namespace

Observable parse_observable(std::string_view text) {
  return Reader(text).read();
}

std::string to_text(const Observable& observable) {
  if (observable.terms.empty()) return "0";
  std::string text;
  for (const PauliTerm& term : observable.terms) {
    const bool is_negative = std::signbit(term.coefficient);
    text += text.empty() ? (is_negative ? "-" : "") : is_negative ? " - " : " + ";
    text += fmt::format("{}{}", std::abs(term.coefficient), letters(term));
  }
  return text;
}

}  // namespace tacit::quantum_sim
