#include "datasets/readers/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/delimited_text.h"
#include "datasets/readers/finite_number.h"
#include "datasets/readers/text_place.h"

namespace tacit::datasets {

namespace {

enum class Role { feature, categorical, label, number, group, ignored };

struct Column {
  std::string name;
  Role role = Role::feature;
  std::vector<float> numbers;      ///< of a feature, or of a target that is a number
  std::vector<std::string> words;  ///< of the others
};

std::vector<std::string> read_names(DelimitedText& text, bool header) {
  if (!text.next_row()) text.refuse("the file is empty, expected {}", header ? "a header" : "a row");
  std::vector<std::string> names;
  std::set<std::string> seen;
  while (text.next_field()) {
    std::string name = header ? text.field() : std::to_string(text.column());
    if (name.empty()) text.refuse("a column without a name");
    if (!seen.insert(name).second) text.refuse("a second column named '{}'", shown(name));
    names.push_back(std::move(name));
  }
  if (names.size() < 2) text.refuse("the row has {} field, expected one feature and a label at least", names.size());
  return names;
}

class Columns {
 public:
  Columns(const DelimitedText& text, const std::vector<std::string>& names, const TableFormat& format) : text_(text) {
    for (const std::string& name : names) columns_.push_back({name, Role::feature, {}, {}});
    const std::string& only = format.target.empty() ? names.back() : format.target;
    const std::vector<std::string> targets = format.targets.empty() ? std::vector{only} : format.targets;
    for (const std::string& name : targets) assign(name, format.regression ? Role::number : Role::label, "target");
    if (!format.group.empty()) assign(format.group, Role::group, "group");
    for (const std::string& name : format.categorical) assign(name, Role::categorical, "categorical");
    for (const std::string& name : format.ignored) assign(name, Role::ignored, "ignored");
  }

  std::vector<Column> take() { return std::move(columns_); }

 private:
  void assign(const std::string& name, Role role, const char* what) {
    const auto column =
        std::find_if(columns_.begin(), columns_.end(), [&](const Column& one) { return one.name == name; });
    if (column == columns_.end()) text_.refuse("there is no column '{}', which is to be {}", name, what);
    if (column->role != Role::feature) text_.refuse("column '{}' is given two roles, one of them {}", name, what);
    column->role = role;
  }

  const DelimitedText& text_;
  std::vector<Column> columns_;
};

/// Whether the text is a number, but one like nan or inf.
bool is_not_finite(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  return code == std::errc() && end == text.data() + text.size() && !std::isfinite(value);
}

void read_field(const DelimitedText& text, Column& column) {
  if (column.role == Role::ignored) return;
  if (text.field().empty())
    text.refuse("column '{}' is empty, and missing values are not filled in", shown(column.name));
  if (column.role != Role::feature && column.role != Role::number) {
    // What a program writes for a missing or overflown value is no word of the data's own.
    if (is_not_finite(text.field()))
      text.refuse("'{}' in column '{}' is neither a word nor a finite number", shown(text.field()), shown(column.name));
    column.words.push_back(text.field());
    return;
  }
  const std::optional<float> number = finite_number(text.field());
  if (!number)
    text.refuse("'{}' in column '{}' is not a finite number within the range of float", shown(text.field()),
                shown(column.name));
  column.numbers.push_back(*number);
}

void read_row(DelimitedText& text, std::vector<Column>& columns) {
  for (Column& column : columns) {
    if (!text.next_field()) text.refuse("the row has {} fields, expected {}", text.column(), columns.size());
    read_field(text, column);
  }
  if (text.next_field()) text.refuse("the row has more than {} fields", columns.size());
}

/// The distinct words: in numerical order if all are numbers, else alphabetically.
std::vector<std::string> distinct(std::vector<std::string> words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  if (std::all_of(words.begin(), words.end(), [](const std::string& word) { return finite_number(word).has_value(); }))
    std::stable_sort(words.begin(), words.end(), [](const std::string& one, const std::string& two) {
      return *finite_number(one) < *finite_number(two);
    });
  return words;
}

std::vector<std::int32_t> numbered(const std::vector<std::string>& words, const std::vector<std::string>& values) {
  std::vector<std::pair<std::string_view, std::int32_t>> lookup;
  for (std::size_t place = 0; place < values.size(); ++place)
    lookup.emplace_back(values[place], static_cast<std::int32_t>(place));
  std::sort(lookup.begin(), lookup.end());
  std::vector<std::int32_t> numbers;
  for (const std::string& word : words)
    numbers.push_back(
        std::lower_bound(lookup.begin(), lookup.end(), std::pair(std::string_view(word), INT32_MIN))->second);
  return numbers;
}

/// The features of all columns, one column of the data set after another.
struct Features {
  std::vector<std::string> names;
  std::vector<std::vector<float>> columns;

  /// A column of many words must not ask for a table that no machine has.
  void require_room(const std::string& file, const std::string& column, std::size_t more, std::size_t rows) const {
    constexpr std::size_t largest_table = std::size_t{1} << 31;
    if (columns.size() + more > largest_table / std::max<std::size_t>(rows, 1))
      fail(ErrorKind::data,
           "{}: column '{}' has {} different words in {} rows, which makes more features than a table of {} numbers "
           "holds; is it categorical?",
           file, column, more, rows, largest_table);
    // By columns and, in the end, by rows.
    const double numbers = 2.0 * static_cast<double>(columns.size() + more) * static_cast<double>(rows);
    const std::string objection = memory_objection(numbers * sizeof(float), "so many features");
    if (!objection.empty())
      fail(ErrorKind::resource, "{}: column '{}' has {} different words in {} rows: {}; is it categorical?", file,
           column, more, rows, objection);
  }

  void add(Column& column, const std::string& file) {
    if (column.role == Role::feature) {
      names.push_back(column.name);
      columns.push_back(std::move(column.numbers));
    } else if (column.role == Role::categorical) {
      const std::vector<std::string> values = distinct(column.words);
      require_room(file, column.name, values.size(), column.words.size());
      const std::vector<std::int32_t> numbers = numbered(column.words, values);
      for (std::size_t value = 0; value < values.size(); ++value) {
        names.push_back(column.name + "=" + values[value]);
        columns.emplace_back();
        for (const std::int32_t number : numbers)
          columns.back().push_back(number == static_cast<std::int32_t>(value) ? 1.0f : 0.0f);
      }
    }
  }
};

std::vector<float> by_row(const std::vector<std::vector<float>>& columns) {
  std::vector<float> rows;
  for (std::size_t row = 0; row < columns.front().size(); ++row)
    for (const auto& column : columns) rows.push_back(column[row]);
  return rows;
}

/// In the order in which the format names them, not that of the file.
void take_targets(std::vector<Column>& columns, const std::vector<std::string>& order, Dataset& data) {
  std::vector<std::vector<float>> numbers;
  const auto take = [&](Column& column) {
    data.target_names.push_back(column.name);
    numbers.push_back(std::move(column.numbers));
  };
  for (const std::string& name : order)
    take(*std::find_if(columns.begin(), columns.end(), [&](const Column& one) { return one.name == name; }));
  if (order.empty())
    take(*std::find_if(columns.begin(), columns.end(), [](const Column& one) { return one.role == Role::number; }));
  data.target_size = numbers.size();
  data.targets = by_row(numbers);
}

}  // namespace

Dataset read_table(const std::filesystem::path& file, const TableFormat& format) {
  const std::string content = read_maybe_compressed(file);
  DelimitedText text(file.string(), content, format.delimiter);
  std::vector<Column> columns = Columns(text, read_names(text, format.header), format).take();
  // Without a header the first row was read for its length only.
  if (!format.header) text = DelimitedText(file.string(), content, format.delimiter);
  std::size_t rows = 0;
  for (; text.next_row(); ++rows) read_row(text, columns);
  if (rows == 0) text.refuse("the file has no examples");

  Dataset data;
  data.name = file.stem().string();
  Features features;
  for (Column& column : columns) {
    if (column.role == Role::label) {
      data.class_names = distinct(column.words);
      data.labels = numbered(column.words, data.class_names);
    } else if (column.role == Role::group) {
      data.group_names = distinct(column.words);
      data.groups = numbered(column.words, data.group_names);
    } else {
      features.add(column, file.string());
    }
  }
  if (format.regression) take_targets(columns, format.targets, data);
  data.classes = data.class_names.size();
  if (!format.regression && data.classes < 2)
    fail(ErrorKind::data, "{}: all labels are '{}', expected two different ones at least", file.string(),
         data.class_names.front());
  if (features.columns.empty()) fail(ErrorKind::data, "{}: no column is left to be a feature", file.string());
  data.feature_names = std::move(features.names);
  data.features = by_row(features.columns);
  data.feature_shape = {static_cast<std::int64_t>(features.columns.size())};
  const auto [low, high] = std::minmax_element(data.features.begin(), data.features.end());
  data.feature_low = *low;
  data.feature_high = *high;
  return data;
}

}  // namespace tacit::datasets
