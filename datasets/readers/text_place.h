#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>

namespace tacit::datasets {

/// "FILE:LINE:COLUMN", both counted from 1; what is 0 is not known and left out.
inline std::string text_place(const std::string& file, std::size_t line, std::size_t column) {
  if (line == 0) return file;
  if (column == 0) return fmt::format("{}:{}", file, line);
  return fmt::format("{}:{}:{}", file, line, column);
}

}  // namespace tacit::datasets
