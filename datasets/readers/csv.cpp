#include "datasets/readers/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "core/error.h"
#include "datasets/readers/byte_order_mark.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/text_place.h"

namespace tacit::datasets {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// A cursor over the fields of a text that knows its place.
class Fields {
 public:
  Fields(std::string file, std::string_view text) : file_(std::move(file)), text_(without_byte_order_mark(text)) {}

  bool next_line() {
    if (text_.empty()) return false;
    const auto end = text_.find('\n');
    rest_ = text_.substr(0, end);
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    ++line_;
    column_ = 0;
    line_is_open_ = true;
    return true;
  }

  bool next_field() {
    if (!line_is_open_) return false;
    const auto comma = rest_.find(',');
    field_ = trimmed(rest_.substr(0, comma));
    line_is_open_ = comma != std::string_view::npos;
    if (line_is_open_) rest_.remove_prefix(comma + 1);
    ++column_;
    return true;
  }

  std::string_view field() const { return field_; }
  std::size_t column() const { return column_; }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", text_place(file_, line_, column_),
         fmt::format(format, std::forward<Args>(args)...));
  }

  float number() const {
    double value = 0;
    const auto [end, code] = std::from_chars(field_.data(), field_.data() + field_.size(), value);
    if (code == std::errc::invalid_argument || end != field_.data() + field_.size())
      refuse("'{}' is not a number", shown(field_));
    if (code != std::errc() || !(std::abs(value) <= double{std::numeric_limits<float>::max()}))
      refuse("'{}' is not a finite number within the range of float", shown(field_));
    return static_cast<float>(value);
  }

  std::size_t integer(std::string_view what) const {
    std::size_t value = 0;
    const auto [end, code] = std::from_chars(field_.data(), field_.data() + field_.size(), value);
    if (code != std::errc() || end != field_.data() + field_.size())
      refuse("expected {}, an integer of at least 0, found '{}'", what, shown(field_));
    return value;
  }

  std::int32_t label(std::size_t classes) const {
    const std::size_t value = integer("the label");
    if (value >= classes) refuse("label {} lies outside 0..{}", value, classes - 1);
    return static_cast<std::int32_t>(value);
  }

 private:
  std::string file_;
  std::string_view text_, rest_, field_;
  std::size_t line_ = 0, column_ = 0;
  bool line_is_open_ = false;
};

constexpr std::size_t most_features = 10'000'000;

struct Header {
  std::size_t examples = 0, features = 0, classes = 0;
};

Header read_header(Fields& fields) {
  Header header;
  if (!fields.next_line()) fields.refuse("the file is empty, expected a header line");
  fields.next_field();
  header.examples = fields.integer("the number of examples");
  if (!fields.next_field()) fields.refuse("the header ends before the number of features");
  header.features = fields.integer("the number of features");
  if (header.features > most_features)
    fields.refuse("the header announces {} features, expected at most {}", header.features, most_features);
  while (fields.next_field()) ++header.classes;
  if (header.classes < 2) fields.refuse("the header names {} classes, expected two at least", header.classes);
  return header;
}

/// Reads one row; `width` is the number of features, 0 while it is still unknown (the first row settles it).
void read_row(Fields& fields, std::size_t& width, Dataset& data) {
  const std::size_t before = data.features.size();
  // The last field is the label, and only the end of the line tells which one is last: without a known width, every
  // field is read as a number first.
  while (fields.next_field()) {
    if (width > 0 && fields.column() == width + 1) {
      data.labels.push_back(fields.label(data.classes));
      if (fields.next_field()) fields.refuse("the row has more than {} fields", width + 1);
      return;
    }
    data.features.push_back(fields.number());
  }
  const std::size_t fields_seen = data.features.size() - before;
  if (width > 0) fields.refuse("the row has {} fields, expected {}", fields_seen, width + 1);
  if (fields_seen < 2) fields.refuse("the row has {} field, expected one feature and a label at least", fields_seen);
  width = fields_seen - 1;
  data.features.pop_back();
  data.labels.push_back(fields.label(data.classes));
}

}  // namespace

Dataset read_csv(const std::filesystem::path& file, const CsvFormat& format) {
  const std::string text = read_maybe_compressed(file);
  Fields fields(file.string(), text);
  Dataset data;
  data.name = file.stem().string();
  data.classes = format.classes;

  Header header;
  std::size_t width = 0;
  if (format.header) {
    header = read_header(fields);
    width = header.features;
    if (width == 0) fields.refuse("the header announces no feature");
    data.classes = header.classes;
  }
  if (data.classes < 2) fail(ErrorKind::usage, "{}: the number of classes must be two at least", file.string());
  while (fields.next_line()) read_row(fields, width, data);

  if (data.labels.empty()) fields.refuse("the file has no examples");
  if (format.header && data.size() != header.examples)
    fields.refuse("the file has {} examples, its header announces {}", data.size(), header.examples);
  data.feature_shape = {static_cast<std::int64_t>(width)};
  const auto [low, high] = std::minmax_element(data.features.begin(), data.features.end());
  data.feature_low = *low;
  data.feature_high = *high;
  return data;
}

}  // namespace tacit::datasets
