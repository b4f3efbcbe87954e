#pragma once

#include <string>
#include <string_view>

#include "quantum_sim/openqasm/place.h"

namespace tacit::quantum_sim::openqasm {

struct Token {
  enum class Kind {
    name,    ///< identifiers and keywords
    number,  ///< its value in `number`
    string,  ///< between double quotes, which `text` leaves out
    symbol,  ///< punctuation, "->", "**", "++", ...
    end      ///< of the text
  };
  Kind kind = Kind::end;
  std::string_view text;
  double number = 0;
  Place place;

  bool is(std::string_view symbol_or_name) const noexcept {
    return (kind == Kind::symbol || kind == Kind::name) && text == symbol_or_name;
  }
};

/// How messages name a token: "'rx'", "the number 2", "the end of the file".
std::string describe(const Token& token);

/// Splits a text into tokens, one at a time; comments and blanks are skipped. The text must outlive it. Throws
/// Error(data) with the place on a character, number or comment that is none of the language.
class Lexer {
 public:
  Lexer(std::string_view text, std::string origin) : text_(text), origin_(std::move(origin)) {}

  /// The token after the last one taken.
  const Token& peek();
  Token next();
  /// What follows the last token up to the end of its line; nothing may be peeked at that moment.
  std::string_view rest_of_line();
  const std::string& origin() const noexcept { return origin_; }

 private:
  bool at_end() const noexcept { return at_ >= text_.size(); }
  char look(std::size_t ahead = 0) const noexcept { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void advance() noexcept;
  void skip_blanks();
  Token read();
  void read_number(Token& token);
  void read_string(Token& token);
  void read_symbol(Token& token);

  std::string_view text_;
  std::string origin_;
  std::size_t at_ = 0;
  Place place_;
  Token peeked_;
  bool has_peeked_ = false;
};

}  // namespace tacit::quantum_sim::openqasm
