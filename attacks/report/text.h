#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::attacks::report {

/// Text that is safe to show: valid UTF-8, with a replacement character (U+FFFD) for each malformed byte, control
/// character and bidirectional override (they could rewrite a terminal or disguise a name). Newline and tab stay,
/// carriage returns go.
std::string clean_text(std::string_view text);

/// clean_text on one line: newlines and tabs become spaces.
std::string clean_line(std::string_view text);

/// Columns that clean UTF-8 text takes in a terminal: none for combining marks, two for East Asian wide characters and
/// emoji, one for others.
std::size_t display_width(std::string_view clean);

/// Lines of at most `width` columns (>= 2), broken at spaces where possible and inside words where not. Never empty.
std::vector<std::string> wrap_text(std::string_view clean, std::size_t width);

}  // namespace tacit::attacks::report
