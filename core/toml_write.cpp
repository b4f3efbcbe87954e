#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/toml_tree.h"

namespace tacit {
namespace {

/// A basic string with its quotes.
std::string quoted_text(std::string_view text) {
  std::string result = "\"";
  for (char character : text) {
    const auto code = static_cast<unsigned char>(character);
    if (character == '"' || character == '\\')
      result += fmt::format("\\{}", character);
    else if (character == '\n')
      result += "\\n";
    else if (character == '\t')
      result += "\\t";
    else if (code < 0x20 || code == 0x7f)
      result += fmt::format("\\u{:04X}", code);
    else
      result.push_back(character);
  }
  return result + "\"";
}

std::string key_text(std::string_view key) {
  const auto bare = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !key.empty() && std::all_of(key.begin(), key.end(), bare) ? std::string(key) : quoted_text(key);
}

/// The shortest digits that read back as the same double, and a sign of being a float.
std::string number_text(double value) {
  if (std::isnan(value)) return "nan";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";  // 'n' as in inf
  return text;
}

/// An array that [[headers]] can write.
bool holds_only_tables(const TomlNode& node) {
  const TomlArray* array = node.array();
  return array != nullptr && !array->empty() &&
         std::all_of(array->begin(), array->end(), [](const TomlPointer& item) { return item->table() != nullptr; });
}

std::string inline_text(const TomlNode& node);

std::string inline_array(const TomlArray& array) {
  std::string text = "[";
  for (const TomlPointer& item : array) text += (text.size() > 1 ? ", " : "") + inline_text(*item);
  return text + "]";
}

std::string inline_table(const TomlTable& table) {
  std::string text = "{";
  for (const auto& [key, value] : table)
    text += (text.size() > 1 ? ", " : " ") + key_text(key) + " = " + inline_text(*value);
  return text + (table.empty() ? "}" : " }");
}

std::string inline_text(const TomlNode& node) {
  struct {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(double value) const { return number_text(value); }
    std::string operator()(const std::string& value) const { return quoted_text(value); }
    std::string operator()(const TomlDate& value) const { return value.text; }
    std::string operator()(const TomlArray& value) const { return inline_array(value); }
    std::string operator()(const TomlTable& value) const { return inline_table(value); }
  } visitor;
  return std::visit(visitor, node.value);
}

/// `path` is the dotted name of `table`, empty for the root.
void write_table(const TomlTable& table, const std::string& path, std::string& text) {
  for (const auto& [key, value] : table)
    if (value->table() == nullptr && !holds_only_tables(*value))
      text += key_text(key) + " = " + inline_text(*value) + "\n";
  for (const auto& [key, value] : table) {
    const std::string name = path.empty() ? key_text(key) : path + "." + key_text(key);
    if (const TomlTable* below = value->table()) {
      text += (text.empty() ? "[" : "\n[") + name + "]\n";
      write_table(*below, name, text);
    } else if (holds_only_tables(*value)) {
      for (const TomlPointer& item : *value->array()) {
        text += (text.empty() ? "[[" : "\n[[") + name + "]]\n";
        write_table(*item->table(), name, text);
      }
    }
  }
}

std::string shortened(const std::string& text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return text;
  // Not inside a UTF-8 character.
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace

std::string write_toml(const TomlTable& table) {
  std::string text;
  write_table(table, "", text);
  return text;
}

std::string describe(const TomlNode& node) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return fmt::format("'{}'", shortened(*text));
  if (const auto* array = node.array()) return fmt::format("an array of {}", array->size());
  if (node.table() != nullptr) return "a table";
  return inline_text(node);
}

std::string to_string(const TomlPlace& place) {
  return place.line == 0 ? *place.file : fmt::format("{}:{}", *place.file, place.line);
}

}  // namespace tacit
