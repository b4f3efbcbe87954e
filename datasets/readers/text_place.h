#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tacit::datasets {

/// "FILE:LINE:COLUMN", both counted from 1; what is 0 is not known and left out.
inline std::string text_place(const std::string& file, std::size_t line, std::size_t column) {
  if (line == 0) return file;
  if (column == 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

/// A word of a file as a message shows it: a file that is no text may have words of any length and bytes.
inline std::string shown(std::string_view word) {
  constexpr std::size_t most = 40;
  std::string text(word.substr(0, most));
  for (char& letter : text)
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = '?';
  return word.size() > most ? text + "..." : text;
}

}  // namespace tacit::datasets
