#include "attacks/rows/raw_rows_csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>

#include "attacks/report/csv.h"
#include "core/error.h"
#include "core/files.h"

namespace tacit::attacks {
namespace {

constexpr std::array<std::string_view, 25> columns{"test_accuracy",
                                                   "attack",
                                                   "seen",
                                                   "observation",
                                                   "restart",
                                                   "chosen",
                                                   "true_labels",
                                                   "labels",
                                                   "first_score",
                                                   "score",
                                                   "zero_score",
                                                   "iterations",
                                                   "evaluations",
                                                   "seconds",
                                                   "stopped",
                                                   "outcome",
                                                   "mse",
                                                   "psnr_db",
                                                   "registered_psnr_db",
                                                   "ssim",
                                                   "largest_error",
                                                   "identified",
                                                   "identified_by_features",
                                                   "feature_accuracy",
                                                   "note"};

template <class Value>
std::string field_of(const std::optional<Value>& value, const char* absent) {
  if (!value) return absent;
  if constexpr (std::is_same_v<Value, bool>)
    return *value ? "1" : "0";
  else
    return fmt::format("{}", *value);
}

/// A measure of every example; nothing if none has it.
template <class Measure>
std::string list_of(const RawRow& row, const Measure& measure) {
  std::string text;
  bool any = false;
  for (const RawExample& example : row.examples) {
    const auto value = measure(example);
    any = any || value.has_value();
    text += (text.empty() ? "" : " ") + field_of(value, "-");
  }
  return any ? text : "";
}

std::string outcomes_of(const RawRow& row, const OutcomeThresholds& thresholds) {
  std::string text;
  for (const RawExample& example : row.examples) {
    text += text.empty() ? "" : " ";
    text += to_string(outcome_of(example.largest_error, row.score, row.zero_score, thresholds));
  }
  return text;
}

std::string joined(const std::vector<std::string>& fields) {
  std::string line;
  const char* separator = "";
  for (const std::string& field : fields) {
    line += separator + report::csv_field(field);
    separator = ",";
  }
  return line;
}

std::vector<std::string> fields_of(const RawRow& row, const OutcomeThresholds& thresholds) {
  const auto number = [](auto value) { return fmt::format("{}", value); };
  const auto measure = [&](auto RawExample::*member) {
    return list_of(row, [member](const RawExample& example) { return std::optional(example.*member); });
  };
  const auto optional_measure = [&](auto RawExample::*member) {
    return list_of(row, [member](const RawExample& example) { return example.*member; });
  };
  return {field_of(row.test_accuracy, ""),
          row.attack,
          std::string(to_string(row.seen)),
          row.observation,
          number(row.restart),
          row.chosen ? "1" : "0",
          fmt::format("{}", fmt::join(row.true_labels, " ")),
          fmt::format("{}", fmt::join(row.labels, " ")),
          number(row.first_score),
          number(row.score),
          number(row.zero_score),
          number(row.iterations),
          number(row.evaluations),
          number(row.seconds),
          row.stopped,
          outcomes_of(row, thresholds),
          measure(&RawExample::mse),
          optional_measure(&RawExample::psnr_db),
          optional_measure(&RawExample::registered_psnr_db),
          optional_measure(&RawExample::ssim),
          measure(&RawExample::largest_error),
          optional_measure(&RawExample::identified),
          optional_measure(&RawExample::identified_by_features),
          optional_measure(&RawExample::feature_accuracy),
          row.note};
}

/// Records of a CSV text, one at a time.
class Reader {
 public:
  Reader(std::string_view text, const std::string& origin) : text_(text), origin_(origin) {}

  /// False at the end. `line()` is where the record begins.
  bool next(std::vector<std::string>& fields) {
    fields.clear();
    if (at_ >= text_.size()) return false;
    record_line_ = line_;
    while (true) {
      fields.push_back(field());
      if (at_ >= text_.size()) return true;
      const char separator = text_[at_++];
      if (separator == '\n') return ++line_, true;
      if (separator != ',') refuse("a quote that ends inside a field");
    }
  }

  [[noreturn]] void refuse(const std::string& what) const {
    fail(ErrorKind::data, "{}:{}: {}, expected a table of raw rows (docs/evaluations.md)", origin_, record_line_, what);
  }
  std::size_t line() const noexcept { return record_line_; }

 private:
  std::string field() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t end = std::min(text_.find_first_of(",\n", at_), text_.size());
    std::string value(text_.substr(at_, end - at_));
    at_ = end;
    if (value.ends_with('\r') && (at_ == text_.size() || text_[at_] == '\n')) value.pop_back();
    return value;
  }

  std::string quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value += text_[++at_];
      } else {
        ++at_;
        if (at_ + 1 < text_.size() && text_[at_] == '\r' && text_[at_ + 1] == '\n') ++at_;
        return value;
      }
    }
    refuse("a quote that never ends");
  }

  std::string_view text_;
  const std::string& origin_;
  std::size_t at_ = 0, line_ = 1, record_line_ = 1;
};

/// The fields of one record, by column.
class Record {
 public:
  Record(const Reader& reader, std::span<const std::string> fields) : reader_(reader), fields_(fields) {}

  const std::string& text(std::string_view column) const {
    return fields_[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), column) - columns.begin())];
  }

  template <class Number>
  Number number(std::string_view column) const {
    return parsed<Number>(column, text(column));
  }
  template <class Number>
  std::optional<Number> optional(std::string_view column) const {
    return text(column).empty() ? std::nullopt : std::optional(number<Number>(column));
  }
  bool flag(std::string_view column) const { return parsed<int>(column, text(column)) != 0; }

  std::vector<std::string> words(std::string_view column) const {
    std::vector<std::string> result;
    const std::string& all = text(column);
    for (std::size_t start = 0; start < all.size();) {
      const std::size_t end = std::min(all.find(' ', start), all.size());
      result.push_back(all.substr(start, end - start));
      start = end + 1;
    }
    return result;
  }
  template <class Number>
  std::vector<Number> numbers(std::string_view column) const {
    std::vector<Number> result;
    for (const std::string& word : words(column)) result.push_back(parsed<Number>(column, word));
    return result;
  }
  /// One a word, or as many absent ones as there are examples.
  template <class Number>
  std::vector<std::optional<Number>> measures(std::string_view column, std::size_t examples) const {
    std::vector<std::optional<Number>> result;
    for (const std::string& word : words(column))
      result.push_back(word == "-" ? std::nullopt : std::optional(parsed<Number>(column, word)));
    if (result.empty()) result.resize(examples);
    if (result.size() != examples)
      reader_.refuse(fmt::format("column '{}' has {} values for {} examples", column, result.size(), examples));
    return result;
  }

 private:
  template <class Number>
  Number parsed(std::string_view column, const std::string& word) const {
    Number value{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
      reader_.refuse(fmt::format("column '{}' holds '{}', which is no number", column, word));
    return value;
  }

  const Reader& reader_;
  std::span<const std::string> fields_;
};

std::optional<bool> flag_of(const std::optional<int>& value) {
  return value ? std::optional(*value != 0) : std::nullopt;
}

std::vector<RawExample> examples_of(const Record& record) {
  const std::vector<double> mse = record.numbers<double>("mse");
  const std::size_t count = mse.size();
  const auto largest = record.measures<double>("largest_error", count);
  const auto psnr = record.measures<double>("psnr_db", count);
  const auto registered = record.measures<double>("registered_psnr_db", count);
  const auto ssim = record.measures<double>("ssim", count);
  const auto identified = record.measures<int>("identified", count);
  const auto by_features = record.measures<int>("identified_by_features", count);
  const auto entries = record.measures<double>("feature_accuracy", count);
  std::vector<RawExample> examples;
  for (std::size_t i = 0; i < count; ++i)
    examples.push_back({mse[i], largest[i].value_or(std::numeric_limits<double>::infinity()), psnr[i], registered[i],
                        ssim[i], flag_of(identified[i]), flag_of(by_features[i]), entries[i]});
  return examples;
}

RawRow row_of(const Reader& reader, std::span<const std::string> fields) {
  const Record record(reader, fields);
  RawRow row;
  row.test_accuracy = record.optional<double>("test_accuracy");
  row.attack = record.text("attack");
  for (const Seen seen : {Seen::update, Seen::noise, Seen::nothing})
    if (record.text("seen") == to_string(seen)) row.seen = seen;
  if (record.text("seen") != to_string(row.seen))
    reader.refuse(
        fmt::format("column 'seen' holds '{}', which is none of update, noise, nothing", record.text("seen")));
  row.observation = record.text("observation");
  row.restart = record.number<std::size_t>("restart");
  row.chosen = record.flag("chosen");
  row.true_labels = record.numbers<std::int32_t>("true_labels");
  row.labels = record.numbers<std::int32_t>("labels");
  row.first_score = record.number<double>("first_score");
  row.score = record.number<double>("score");
  row.zero_score = record.number<double>("zero_score");
  row.iterations = record.number<std::size_t>("iterations");
  row.evaluations = record.number<std::size_t>("evaluations");
  row.seconds = record.number<double>("seconds");
  row.stopped = record.text("stopped");
  row.examples = examples_of(record);
  row.note = record.text("note");
  if (row.examples.size() > row.true_labels.size())
    reader.refuse(fmt::format("{} scored examples of {} true ones", row.examples.size(), row.true_labels.size()));
  return row;
}

/// Whether a header is from before `feature_accuracy`.
bool is_older(const std::vector<std::string>& header) {
  return header.size() >= 2 && header[header.size() - 2] == columns[columns.size() - 3] &&
         header.back() == columns.back();
}

/// Fills in the column that an older line lacks: of a header its name, of a row nothing.
void complete(std::vector<std::string>& fields) {
  fields.insert(fields.end() - 1, fields.back() == columns.back() ? std::string(columns[columns.size() - 2]) : "");
}

}  // namespace

std::string raw_row_fields(const RawRow& row, const OutcomeThresholds& thresholds) {
  return joined(fields_of(row, thresholds));
}

std::string raw_rows_csv(const RawTable& table, const OutcomeThresholds& thresholds) {
  std::vector<std::string> header = table.axes;
  header.insert(header.end(), columns.begin(), columns.end());
  std::string text = joined(header) + "\n";
  for (const RawRow& row : table.rows) {
    std::vector<std::string> fields = row.setting;
    for (std::string& field : fields_of(row, thresholds)) fields.push_back(std::move(field));
    text += joined(fields) + "\n";
  }
  return text;
}

RawTable parse_raw_rows(std::string_view text, const std::string& origin) {
  Reader reader(text, origin);
  RawTable table;
  std::vector<std::string> fields;
  if (!reader.next(fields)) fail(ErrorKind::data, "{}: is empty, expected a table of raw rows", origin);
  const bool older = is_older(fields);
  if (older) complete(fields);
  if (fields.size() < columns.size() || !std::equal(columns.begin(), columns.end(), fields.end() - columns.size()))
    reader.refuse(fmt::format("the header does not end in {}", fmt::join(columns, ",")));
  const std::size_t axes = fields.size() - columns.size();
  table.axes.assign(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(axes));
  while (reader.next(fields)) {
    if (older && !fields.empty()) complete(fields);
    if (fields.size() != axes + columns.size())
      reader.refuse(fmt::format("{} fields where the header has {}", fields.size(), axes + columns.size()));
    table.rows.push_back(row_of(reader, std::span(fields).subspan(axes)));
    table.rows.back().setting.assign(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(axes));
  }
  return table;
}

RawRow parse_raw_row_fields(std::string_view text, const std::string& origin) {
  Reader reader(text, origin);
  std::vector<std::string> fields;
  const bool any = reader.next(fields);
  if (any && fields.size() + 1 == columns.size()) complete(fields);
  if (!any || fields.size() != columns.size())
    reader.refuse(fmt::format("{} fields where a row has {}", fields.size(), columns.size()));
  return row_of(reader, fields);
}

RawTable read_raw_rows(const std::filesystem::path& file) {
  return parse_raw_rows(read_text(file), file.string());
}

}  // namespace tacit::attacks
