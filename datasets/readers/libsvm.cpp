#include "datasets/readers/libsvm.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/memory.h"
#include "datasets/readers/byte_order_mark.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/finite_number.h"
#include "datasets/readers/text_place.h"

namespace tacit::datasets {

namespace {

constexpr std::size_t largest_index = 10'000'000;

struct Entry {
  std::size_t row, feature;
  float value;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : file_(file.string()) {}

  void line(std::string_view text) {
    ++line_;
    column_ = 0;
    previous_ = 0;
    text = text.substr(0, text.find('#'));
    std::string_view word;
    while (next_word(text, word)) {
      ++column_;
      if (column_ == 1)
        label(word);
      else
        entry(word);
    }
  }

  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> format, Args&&... args) const {
    fail(ErrorKind::data, "{}: {}", text_place(file_, line_, column_),
         fmt::format(format, std::forward<Args>(args)...));
  }

  std::vector<float> labels;
  std::vector<Entry> entries;
  std::size_t width = 0;  ///< highest index; entries' features count from 0

 private:
  static bool next_word(std::string_view& text, std::string_view& word) {
    const std::size_t begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return false;
    const std::size_t end = std::min(text.find_first_of(" \t\r", begin), text.size());
    word = text.substr(begin, end - begin);
    text.remove_prefix(end);
    return true;
  }

  void label(std::string_view word) {
    const std::optional<float> value = finite_number(word);
    if (!value) refuse("the label '{}' is not a finite number", shown(word));
    labels.push_back(*value);
  }

  void entry(std::string_view word) {
    const std::size_t colon = word.find(':');
    std::size_t index = 0;
    const std::string_view left = word.substr(0, std::min(colon, word.size()));
    const auto [end, code] = std::from_chars(left.data(), left.data() + left.size(), index);
    if (colon == std::string_view::npos || code != std::errc() || end != left.data() + left.size())
      refuse("expected index:value, found '{}'", shown(word));
    if (index <= previous_ || index > largest_index)
      refuse("index {} is not above the one before it ({}) and at most {}", index, previous_, largest_index);
    const std::optional<float> value = finite_number(word.substr(colon + 1));
    if (!value) refuse("'{}' is not a finite number within the range of float", shown(word.substr(colon + 1)));
    previous_ = index;
    width = std::max(width, index);
    entries.push_back({labels.size() - 1, index - 1, *value});
  }

  std::string file_;
  std::size_t line_ = 0, column_ = 0, previous_ = 0;
};

void take_labels(const Reader& reader, Dataset& data) {
  std::vector<float> values = reader.labels;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  if (values.size() < 2) reader.refuse("all labels are {}, expected two different ones at least", values.front());
  data.classes = values.size();
  for (const float value : values) data.class_names.push_back(fmt::format("{:g}", value));
  for (const float label : reader.labels)
    data.labels.push_back(
        static_cast<std::int32_t>(std::lower_bound(values.begin(), values.end(), label) - values.begin()));
}

}  // namespace

Dataset read_libsvm(const std::filesystem::path& file, std::size_t features, bool regression) {
  const std::string content = read_maybe_compressed(file);
  Reader reader(file);
  // Every entry has its colon, so this bounds what the lines below take.
  const auto entries = static_cast<std::size_t>(std::count(content.begin(), content.end(), ':'));
  require_memory(static_cast<double>(entries) * sizeof(Entry), fmt::format("{}: {} entries", file.string(), entries));
  reader.entries.reserve(entries);
  for (std::string_view rest = without_byte_order_mark(content); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    reader.line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (reader.labels.empty()) reader.refuse("the file has no examples");
  if (features != 0 && reader.width > features)
    reader.refuse("the file has an index {}, and {} features are announced", reader.width, features);

  Dataset data;
  data.name = file.stem().string();
  const std::size_t width = features != 0 ? features : reader.width;
  if (width == 0) reader.refuse("the file has no feature");
  // A few long lines must not ask for a dense table that no machine has.
  require_memory(static_cast<double>(reader.labels.size()) * static_cast<double>(width) * sizeof(float),
                 fmt::format("{}: a table of {} examples and {} features", file.string(), reader.labels.size(), width));
  if (regression) {
    data.target_size = 1;
    data.targets = reader.labels;
  } else {
    take_labels(reader, data);
  }
  data.feature_shape = {static_cast<std::int64_t>(width)};
  data.features.assign(reader.labels.size() * width, 0.0f);
  for (const Entry& entry : reader.entries) data.features[entry.row * width + entry.feature] = entry.value;
  const auto [low, high] = std::minmax_element(data.features.begin(), data.features.end());
  data.feature_low = *low;
  data.feature_high = *high;
  return data;
}

}  // namespace tacit::datasets
