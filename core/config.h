#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tacit {

struct TomlNode;

/// A closed interval of allowed values.
template <class Number>
struct Range {
  Number low = std::numeric_limits<Number>::lowest();
  Number high = std::numeric_limits<Number>::max();
};

/// Any value of a configuration, with the place that it came from: for what only passes values on, such as a sweep.
class ConfigValue {
 public:
  /// A string as it is, anything else as TOML: "7", "adam", "[1, 2]".
  std::string text() const;
  std::string place() const;  ///< "FILE:LINE"
  bool is_table() const;
  bool is_array() const;
  bool is_string() const;
  /// Of an array; empty for anything else.
  std::vector<ConfigValue> elements() const;
  /// Of a table, in the order of the file; empty for anything else.
  std::vector<std::pair<std::string, ConfigValue>> members() const;
  /// Fails with the place: "FILE:LINE: key 'KEY': why".
  [[noreturn]] void refuse(std::string_view key, const std::string& why) const;

 private:
  friend class ConfigTable;
  explicit ConfigValue(std::shared_ptr<const TomlNode> node);
  std::shared_ptr<const TomlNode> node_;
};

/// One TOML table that is read by asking for its keys. Each question states type, range and default; what was asked is
/// what is valid. `finish` then refuses every key that nobody asked for and names the nearest one that was.
/// Every error is Error(configuration) of the form "FILE:LINE: key 'training.rounds': ...".
///
/// Copies share state: asking on a copy counts as asking on the original. Not thread-safe.
class ConfigTable {
 public:
  static ConfigTable parse_file(const std::filesystem::path& file);
  /// `origin` stands for the file name in messages.
  static ConfigTable parse_text(std::string_view toml, std::string origin);

  bool has(std::string_view key) const;

  // Without a default the key is required.
  std::int64_t integer(std::string_view key, Range<std::int64_t> range, std::optional<std::int64_t> fallback = {});
  double number(std::string_view key, Range<double> range, std::optional<double> fallback = {});
  bool boolean(std::string_view key, std::optional<bool> fallback = {});
  std::string string(std::string_view key, std::optional<std::string> fallback = {});
  /// One of a fixed set of words; the error lists them and names the nearest.
  std::string choice(std::string_view key, const std::vector<std::string>& allowed,
                     std::optional<std::string> fallback = {});
  std::vector<std::int64_t> integers(std::string_view key, Range<std::int64_t> range,
                                     std::optional<std::vector<std::int64_t>> fallback = {});
  std::vector<double> numbers(std::string_view key, Range<double> range,
                              std::optional<std::vector<double>> fallback = {});
  std::vector<std::string> strings(std::string_view key, std::optional<std::vector<std::string>> fallback = {});
  /// A sub-table; absent is an empty table (whose required keys then complain with the parent's position).
  ConfigTable table(std::string_view key);
  /// An array of tables ([[key]]); absent is empty.
  std::vector<ConfigTable> tables(std::string_view key);

  /// A copy of this table in which every top-level entry of `overlay` replaces the one of the same name: sub-tables and
  /// arrays of tables as a whole, never merged key by key. Places keep pointing into the text each entry came from.
  ConfigTable overlaid(const ConfigTable& overlay) const;
  /// A copy with one value set (command-line override), for example with("run.seed", 7). Tables on the way are made as
  /// needed. Throws Error(usage) if the key has an empty part, Error(configuration) if a part is no table.
  ConfigTable with(std::string_view dotted_key, std::int64_t value) const;
  ConfigTable with(std::string_view dotted_key, std::string_view value) const;
  /// A copy with a table of its own, in place of whatever stood there. Places keep pointing into its text.
  ConfigTable with(std::string_view key, const ConfigTable& table) const;
  /// A copy with one value of any type set: "model.layers.0.qubits", where a number names an element of an array. A
  /// table is merged key by key, its own keys being paths too; anything else replaces what stood there. Tables on the
  /// way are made as needed. The value keeps its place, so that whoever asks for the key, or for none, complains of the
  /// line that set it. Throws Error(configuration) naming that line if the path leads through something else.
  ConfigTable with_value(std::string_view dotted_key, const ConfigValue& value) const;
  /// This table as a value; all below counts as known.
  ConfigValue value() const;
  /// A copy without one top-level entry, if it is there.
  ConfigTable without(std::string_view key) const;
  /// A copy with these top-level entries only, as far as they are there.
  ConfigTable only(const std::vector<std::string>& keys) const;

  /// Throws for the first unknown key here or in any sub-table that was asked for, with the nearest known key. A key is
  /// known once any question, `has` included, named it; a sub-table that nobody asked for is itself an unknown key.
  void finish() const;
  /// Marks everything below as known: for sections that somebody else validates.
  void accept_all() const;

  /// Fails with this table's file, the key's line and full dotted name: for checks that span keys.
  [[noreturn]] void refuse(std::string_view key, const std::string& why) const;

  /// This table as TOML text, keys sorted, sub-tables after values. Parsing it again gives an equal table.
  std::string to_toml() const;
  /// "FILE:LINE" of the key, or of the table itself if the key is absent.
  std::string place(std::string_view key = {}) const;

 private:
  struct State;
  struct Question;
  explicit ConfigTable(std::shared_ptr<State> state);
  /// A table of other content and the same name, of which nothing was asked yet.
  ConfigTable derived(std::shared_ptr<const TomlNode> node) const;
  std::shared_ptr<State> state_;
};

/// The candidate nearest to `word` by edit distance (Levenshtein), or empty if none is near enough to be a typing
/// error.
std::string nearest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace tacit
