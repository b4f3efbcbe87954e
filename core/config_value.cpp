#include <algorithm>
#include <charconv>

#include "core/config_state.h"
#include "core/error.h"

namespace tacit {
namespace {

[[noreturn]] void refuse_at(const TomlPlace& place, std::string_view name, const std::string& why) {
  fail(ErrorKind::configuration, "{}: key '{}': {}", to_string(place), name, why);
}

TomlPointer node_of(TomlTable table, const TomlPlace& place) {
  return std::make_shared<const TomlNode>(TomlNode{std::move(table), place});
}

/// Puts values at paths below a node. `name` is the dotted name of the node, for messages.
class Assignment {
 public:
  explicit Assignment(TomlPlace place) : place_(std::move(place)) {}

  /// The node, which may be null, with `value` in it.
  TomlPointer merged(TomlPointer node, const std::string& name, const TomlPointer& value) const {
    const TomlTable* members = value->table();
    if (members == nullptr) return value;
    if (node == nullptr || (node->table() == nullptr && node->array() == nullptr)) node = node_of({}, value->place);
    for (const auto& [key, member] : *members) node = at(node, key, name, member);
    return node;
  }

  /// The node with `value` at a path below it.
  TomlPointer at(const TomlPointer& node, std::string_view path, const std::string& name,
                 const TomlPointer& value) const {
    const std::size_t dot = path.find('.');
    const std::string key(path.substr(0, dot));
    const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    const std::string below = name.empty() ? key : name + "." + key;
    if (key.empty() || (dot != std::string_view::npos && rest.empty()))
      refuse_at(place_, name.empty() ? path : below, "an empty part of a dotted key");
    const auto changed = [&](const TomlPointer& child) {
      return rest.empty() ? merged(child, below, value)
                          : at(child != nullptr ? child : node_of({}, value->place), rest, below, value);
    };
    if (const TomlArray* array = node->array()) {
      TomlArray copy = *array;
      TomlPointer& element = copy[index_of(*array, key, name)];
      element = changed(element);
      return std::make_shared<const TomlNode>(TomlNode{std::move(copy), node->place});
    }
    const TomlTable* table = node->table();
    if (table == nullptr)
      refuse_at(place_, below, "'" + name + "' is " + describe(*node) + ", which has nothing below it");
    TomlTable copy = *table;
    const auto found = copy.find(key);
    copy[key] = changed(found == copy.end() ? nullptr : found->second);
    return node_of(std::move(copy), node->place);
  }

 private:
  std::size_t index_of(const TomlArray& array, const std::string& key, const std::string& name) const {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (error != std::errc() || end != key.data() + key.size() || index >= array.size())
      refuse_at(place_, name + "." + key,
                fmt::format("'{}' is an array of {}, whose elements are named 0 to {}", name, array.size(),
                            array.empty() ? 0 : array.size() - 1));
    return index;
  }

  TomlPlace place_;
};

}  // namespace

ConfigValue::ConfigValue(std::shared_ptr<const TomlNode> node) : node_(std::move(node)) {}

std::string ConfigValue::text() const {
  if (const auto* string = std::get_if<std::string>(&node_->value)) return *string;
  std::string text = write_toml({{"x", node_}});
  // "x = VALUE\n"; a table has lines of its own.
  return text.starts_with("x = ") ? text.substr(4, text.size() - 5) : text;
}

std::string ConfigValue::place() const {
  return to_string(node_->place);
}

bool ConfigValue::is_table() const {
  return node_->table() != nullptr;
}

bool ConfigValue::is_array() const {
  return node_->array() != nullptr;
}

bool ConfigValue::is_string() const {
  return std::holds_alternative<std::string>(node_->value);
}

std::vector<ConfigValue> ConfigValue::elements() const {
  std::vector<ConfigValue> result;
  if (const TomlArray* array = node_->array())
    for (const TomlPointer& element : *array) result.push_back(ConfigValue(element));
  return result;
}

std::vector<std::pair<std::string, ConfigValue>> ConfigValue::members() const {
  std::vector<std::pair<std::string, ConfigValue>> result;
  if (const TomlTable* table = node_->table())
    for (const auto& [key, member] : *table) result.emplace_back(key, ConfigValue(member));
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
    return a.second.node_->place.line < b.second.node_->place.line;
  });
  return result;
}

void ConfigValue::refuse(std::string_view key, const std::string& why) const {
  refuse_at(node_->place, key, why);
}

ConfigTable ConfigTable::with_value(std::string_view dotted_key, const ConfigValue& value) const {
  return derived(Assignment(value.node_->place).at(state_->node, dotted_key, state_->name, value.node_));
}

ConfigValue ConfigTable::value() const {
  accept_all();
  return ConfigValue(state_->node);
}

}  // namespace tacit
