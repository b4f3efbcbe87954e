#pragma once

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"
#include "datasets/readers/text_place.h"

namespace tacit::datasets {

/// A cursor over the fields of delimited text (RFC 4180) that knows its place, for messages of the form
/// "FILE:LINE:COLUMN: ..." where COLUMN counts fields from 1. Fields are trimmed; one in double quotes may hold
/// delimiters, line breaks and doubled quotes.
class DelimitedText {
 public:
  /// `text` must outlive the cursor.
  DelimitedText(std::string file, std::string_view text, char delimiter);

  /// Goes to the next row that is not blank; false at the end of the text.
  bool next_row();
  /// Goes to the next field of the row; false at its end. Throws Error(data) on a quoted field that does not end, or
  /// that goes on behind its closing quote.
  bool next_field();

  const std::string& field() const noexcept { return field_; }
  std::size_t column() const noexcept { return column_; }
  std::size_t line() const noexcept { return row_line_; }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", text_place(file_, row_line_, column_),
         fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  void read_quoted();
  void read_plain();
  void end_field();

  std::string file_;
  std::string_view rest_;
  char delimiter_;
  std::string field_;
  std::size_t line_ = 1, row_line_ = 1, column_ = 0;
  bool row_is_open_ = false;
};

}  // namespace tacit::datasets
