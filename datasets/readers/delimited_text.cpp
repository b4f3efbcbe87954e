#include "datasets/readers/delimited_text.h"

#include "datasets/readers/byte_order_mark.h"

namespace tacit::datasets {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

}  // namespace

DelimitedText::DelimitedText(std::string file, std::string_view text, char delimiter)
    : file_(std::move(file)), rest_(without_byte_order_mark(text)), delimiter_(delimiter) {}

bool DelimitedText::next_row() {
  while (row_is_open_ && next_field()) {
  }
  // Blank lines are no rows; a line of delimiters is one.
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    if (line.find_first_not_of(delimiter_ == '\t' ? " \r" : " \t\r") != std::string_view::npos) break;
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
  }
  row_line_ = line_;
  column_ = 0;
  row_is_open_ = !rest_.empty();
  return row_is_open_;
}

bool DelimitedText::next_field() {
  if (!row_is_open_) return false;
  ++column_;
  field_.clear();
  while (!rest_.empty() && is_blank(rest_.front()) && rest_.front() != delimiter_) rest_.remove_prefix(1);
  if (!rest_.empty() && rest_.front() == '"')
    read_quoted();
  else
    read_plain();
  end_field();
  return true;
}

void DelimitedText::read_quoted() {
  rest_.remove_prefix(1);
  while (true) {
    if (rest_.empty()) refuse("the quoted field does not end");
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') {
      if (rest_.empty() || rest_.front() != '"') break;
      rest_.remove_prefix(1);
    }
    if (c == '\n') ++line_;
    field_ += c;
  }
  while (!rest_.empty() && is_blank(rest_.front()) && rest_.front() != delimiter_) rest_.remove_prefix(1);
  if (!rest_.empty() && rest_.front() != delimiter_ && rest_.front() != '\n')
    refuse("the field goes on behind its closing quote");
}

void DelimitedText::read_plain() {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != delimiter_ && rest_[end] != '\n') ++end;
  std::size_t last = end;
  while (last > 0 && is_blank(rest_[last - 1])) --last;
  field_ = rest_.substr(0, last);
  rest_.remove_prefix(end);
}

void DelimitedText::end_field() {
  if (rest_.empty()) {
    row_is_open_ = false;
    return;
  }
  if (rest_.front() == '\n') {
    ++line_;
    row_is_open_ = false;
  }
  rest_.remove_prefix(1);
  // A delimiter at the very end is followed by an empty field, which next_field then reads.
}

}  // namespace tacit::datasets
