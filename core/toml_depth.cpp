#include "core/toml_depth.h"

#include <algorithm>

#include "core/error.h"

namespace tacit {
namespace {

// Together at most 32 * 33 levels below a header of 32: far from the end of any stack.
constexpr int deepest_nesting = 32;
constexpr int most_dots = 32;

/// The length of the string that begins `text` with a quote, its quotes included; all of the text if it never ends.
std::size_t string_length(std::string_view text) {
  const char quote = text.front();
  const bool many_lines = text.size() >= 3 && text[1] == quote && text[2] == quote;
  const std::size_t quotes = many_lines ? 3 : 1;
  for (std::size_t i = quotes; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == '\n' && !many_lines) {
      return i;
    } else if (text[i] == quote && text.substr(i, quotes) == text.substr(0, quotes)) {
      std::size_t end = i + quotes;
      // Up to two quotes before the closing three belong to the content.
      for (int more = 0; many_lines && more < 2 && end < text.size() && text[end] == quote; ++more) ++end;
      return end;
    }
  }
  return text.size();
}

bool within_key(char character) {
  return character == '_' || character == '-' || character == ' ' || character == '\t' ||
         (character >= '0' && character <= '9') || (character >= 'A' && character <= 'Z') ||
         (character >= 'a' && character <= 'z') || static_cast<unsigned char>(character) >= 0x80;
}

}  // namespace

void check_toml_depth(std::string_view text, const std::string& origin) {
  int line = 1, nesting = 0, dots = 0;
  for (std::size_t i = 0; i < text.size();) {
    const char character = text[i];
    std::size_t length = 1;
    if (character == '#') {
      length = std::min(text.find('\n', i), text.size()) - i;
    } else if (character == '"' || character == '\'') {
      length = string_length(text.substr(i));
      for (char inside : text.substr(i, length)) line += inside == '\n';
    } else if (character == '.') {
      ++dots;
    } else if (!within_key(character)) {
      dots = 0;
    }
    if (character == '[' || character == '{') ++nesting;
    if (character == ']' || character == '}') --nesting;
    if (nesting > deepest_nesting || dots > most_dots)
      fail(ErrorKind::configuration, "{}:{}: nested deeper than the {} levels allowed", origin, line, deepest_nesting);
    if (character == '\n') ++line;
    i += length;
  }
}

}  // namespace tacit
