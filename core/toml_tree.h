#pragma once

// Internal to core: the parsed form of a configuration, free of the parser's types. Nodes are immutable and shared, so
// overlays copy only the tables along the changed path, and every node keeps the place it came from.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tacit {

struct TomlNode;
using TomlPointer = std::shared_ptr<const TomlNode>;
using TomlArray = std::vector<TomlPointer>;
/// Sorted by key: texts that differ only in the order of their keys become one text again.
using TomlTable = std::map<std::string, TomlPointer, std::less<>>;

/// A date or time, kept as written in canonical form: Tacit's configurations ask for none.
struct TomlDate {
  std::string text;
  bool operator==(const TomlDate&) const = default;
};

struct TomlPlace {
  std::shared_ptr<const std::string> file;
  std::uint32_t line = 0;  ///< 0: the place has no lines (the command line)
};
std::string to_string(const TomlPlace& place);

struct TomlNode {
  std::variant<bool, std::int64_t, double, std::string, TomlDate, TomlArray, TomlTable> value;
  TomlPlace place;

  const TomlTable* table() const noexcept { return std::get_if<TomlTable>(&value); }
  const TomlArray* array() const noexcept { return std::get_if<TomlArray>(&value); }
};

/// The root table. Throws Error(configuration) "ORIGIN:LINE:COLUMN: ..." on anything that is not TOML 1.0.
TomlPointer parse_toml(std::string_view text, std::string origin);

/// TOML text of a table, sub-tables last. Parsing it gives an equal table: numbers keep every bit.
std::string write_toml(const TomlTable& table);

/// How a value is called in a message: "7", "'adam'", "a table", "an array of 3".
std::string describe(const TomlNode& node);

}  // namespace tacit
