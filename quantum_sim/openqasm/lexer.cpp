#include "quantum_sim/openqasm/lexer.h"

#include <charconv>
#include <cmath>
#include <utility>

namespace tacit::quantum_sim::openqasm {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Letters of other alphabets (pi, theta, ...) are bytes above 127 in UTF-8.
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) > 127;
}

bool continues_name(char c) {
  return starts_name(c) || is_digit(c);
}

// Longest first.
constexpr std::string_view symbols[] = {"**=", "<<=", ">>=", "->", "**", "++", "==", "!=", "<=", ">=", "&&", "||",
                                        "<<",  ">>",  "+=",  "-=", "*=", "/=", "^=", "&=", "|=", "%=", "(",  ")",
                                        "[",   "]",   "{",   "}",  ";",  ",",  ":",  "@",  "=",  "+",  "-",  "*",
                                        "/",   "^",   "%",   "<",  ">",  "!",  "~",  "&",  "|",  ".",  "#"};

int base_of(char letter) {
  switch (letter) {
    case 'b':
    case 'B':
      return 2;
    case 'o':
    case 'O':
      return 8;
    case 'x':
    case 'X':
      return 16;
    default:
      return 10;
  }
}

}  // namespace

std::string describe(const Token& token) {
  switch (token.kind) {
    case Token::Kind::end:
      return "the end of the file";
    case Token::Kind::number:
      return fmt::format("the number {}", token.text);
    case Token::Kind::string:
      return fmt::format("the string \"{}\"", token.text);
    default:
      return fmt::format("'{}'", token.text);
  }
}

void Lexer::advance() noexcept {
  const auto byte = static_cast<unsigned char>(text_[at_]);
  const auto following = static_cast<unsigned char>(look(1));
  ++at_;
  if (byte == '\n') {
    place_ = {place_.line + 1, 1};
  } else if ((following & 0xc0) != 0x80) {
    ++place_.column;
  }
}

void Lexer::skip_blanks() {
  while (!at_end()) {
    const char c = look();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      advance();
    } else if (c == '/' && look(1) == '/') {
      while (!at_end() && look() != '\n') advance();
    } else if (c == '/' && look(1) == '*') {
      const Place opened = place_;
      advance(), advance();
      while (!at_end() && !(look() == '*' && look(1) == '/')) advance();
      if (at_end()) refuse(origin_, opened, "this comment is not closed by */");
      advance(), advance();
    } else {
      return;
    }
  }
}

const Token& Lexer::peek() {
  if (!has_peeked_) peeked_ = read();
  has_peeked_ = true;
  return peeked_;
}

Token Lexer::next() {
  if (!has_peeked_) return read();
  has_peeked_ = false;
  return peeked_;
}

std::string_view Lexer::rest_of_line() {
  const std::size_t begin = at_;
  while (!at_end() && look() != '\n') advance();
  std::string_view rest = text_.substr(begin, at_ - begin);
  while (!rest.empty() && (rest.back() == '\r' || rest.back() == ' ' || rest.back() == '\t')) rest.remove_suffix(1);
  return rest;
}

Token Lexer::read() {
  skip_blanks();
  Token token;
  token.place = place_;
  if (at_end()) return token;
  const std::size_t begin = at_;
  const char c = look();
  if (starts_name(c)) {
    token.kind = Token::Kind::name;
    while (!at_end() && continues_name(look())) advance();
    token.text = text_.substr(begin, at_ - begin);
  } else if (is_digit(c) || (c == '.' && is_digit(look(1)))) {
    read_number(token);
  } else if (c == '"') {
    read_string(token);
  } else {
    read_symbol(token);
  }
  return token;
}

void Lexer::read_number(Token& token) {
  const std::size_t begin = at_;
  const int base = look() == '0' ? base_of(look(1)) : 10;
  if (base != 10) advance(), advance();
  std::string digits;
  while (!at_end()) {
    const char c = look(), before = digits.empty() ? '\0' : digits.back();
    const bool is_exponent_sign = base == 10 && (c == '+' || c == '-') && (before == 'e' || before == 'E');
    if (!continues_name(c) && !is_exponent_sign && !(c == '.' && base == 10)) break;
    if (c != '_') digits += c;
    advance();
  }
  token.kind = Token::Kind::number;
  token.text = text_.substr(begin, at_ - begin);
  const char *first = digits.data(), *last = first + digits.size();
  std::from_chars_result result{};
  if (base == 10) {
    result = std::from_chars(first, last, token.number);
  } else {
    std::uint64_t whole = 0;
    result = std::from_chars(first, last, whole, base);
    token.number = static_cast<double>(whole);
  }
  if (result.ec != std::errc() || result.ptr != last || !std::isfinite(token.number))
    refuse(origin_, token.place, "'{}' is not a number that OpenQASM allows here", token.text);
}

void Lexer::read_string(Token& token) {
  advance();
  const std::size_t begin = at_;
  while (!at_end() && look() != '"' && look() != '\n') advance();
  if (look() != '"') refuse(origin_, token.place, "this string is not closed on its line");
  token.kind = Token::Kind::string;
  token.text = text_.substr(begin, at_ - begin);
  advance();
}

void Lexer::read_symbol(Token& token) {
  for (const std::string_view symbol : symbols) {
    if (!text_.substr(at_).starts_with(symbol)) continue;
    token.kind = Token::Kind::symbol;
    token.text = text_.substr(at_, symbol.size());
    for (std::size_t count = 0; count < symbol.size(); ++count) advance();
    return;
  }
  refuse(origin_, token.place, "the character with code {} is not part of OpenQASM",
         static_cast<unsigned>(static_cast<unsigned char>(look())));
}

}  // namespace tacit::quantum_sim::openqasm
