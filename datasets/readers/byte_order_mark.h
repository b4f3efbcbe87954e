#pragma once

#include <string_view>

namespace tacit::datasets {

/// The text behind the mark with which some programs begin a file in UTF-8.
inline std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.starts_with(mark)) text.remove_prefix(mark.size());
  return text;
}

}  // namespace tacit::datasets
