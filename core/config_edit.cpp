#include "core/config_state.h"
#include "core/error.h"

namespace tacit {
namespace {

TomlPlace command_line() {
  static const auto name = std::make_shared<const std::string>("command line");
  return {name, 0};
}

/// A copy of `table` with one value set; `name` is the dotted name of `table`, for messages.
TomlTable with_value(const TomlTable& table, std::string_view dotted_key, const std::string& name, TomlPointer value) {
  const std::size_t dot = dotted_key.find('.');
  const std::string key(dotted_key.substr(0, dot));
  if (key.empty()) fail(ErrorKind::usage, "command line: '{}' is not a dotted key", dotted_key);
  TomlTable copy = table;
  if (dot == std::string_view::npos) {
    copy[key] = std::move(value);
    return copy;
  }
  const std::string below_name = name.empty() ? key : name + "." + key;
  TomlNode below{TomlTable{}, command_line()};
  if (const auto found = table.find(key); found != table.end()) {
    if (found->second->table() == nullptr)
      fail(ErrorKind::configuration,
           "{}: key '{}': got {}, expected a table, because the command line sets a key below it",
           to_string(found->second->place), below_name, describe(*found->second));
    below = *found->second;
  }
  below.value = with_value(std::get<TomlTable>(below.value), dotted_key.substr(dot + 1), below_name, std::move(value));
  copy[key] = std::make_shared<const TomlNode>(std::move(below));
  return copy;
}

TomlPointer edited(const TomlPointer& root, std::string_view dotted_key, TomlNode value) {
  TomlNode copy{with_value(*root->table(), dotted_key, "", std::make_shared<const TomlNode>(std::move(value))),
                root->place};
  return std::make_shared<const TomlNode>(std::move(copy));
}

}  // namespace

ConfigTable ConfigTable::overlaid(const ConfigTable& overlay) const {
  TomlTable copy = state_->table();
  for (const auto& [key, value] : overlay.state_->table()) copy[key] = value;
  return derived(std::make_shared<const TomlNode>(TomlNode{std::move(copy), state_->node->place}));
}

ConfigTable ConfigTable::with(std::string_view dotted_key, std::int64_t value) const {
  return derived(edited(state_->node, dotted_key, {value, command_line()}));
}

ConfigTable ConfigTable::with(std::string_view dotted_key, std::string_view value) const {
  const TomlTable probe = {
      {std::string(dotted_key), std::make_shared<const TomlNode>(TomlNode{std::string(value), {}})}};
  // Text from a command line may be no UTF-8 at all; the parser is the judge.
  parse_toml(write_toml(probe), "command line");
  return derived(edited(state_->node, dotted_key, {std::string(value), command_line()}));
}

ConfigTable ConfigTable::with(std::string_view key, const ConfigTable& table) const {
  TomlTable copy = state_->table();
  copy[std::string(key)] = table.state_->node;
  return derived(std::make_shared<const TomlNode>(TomlNode{std::move(copy), state_->node->place}));
}

ConfigTable ConfigTable::without(std::string_view key) const {
  TomlTable copy = state_->table();
  copy.erase(std::string(key));
  return derived(std::make_shared<const TomlNode>(TomlNode{std::move(copy), state_->node->place}));
}

ConfigTable ConfigTable::only(const std::vector<std::string>& keys) const {
  TomlTable kept;
  for (const std::string& key : keys)
    if (const TomlPointer* found = state_->find(key)) kept[key] = *found;
  return derived(std::make_shared<const TomlNode>(TomlNode{std::move(kept), state_->node->place}));
}

ConfigTable ConfigTable::derived(std::shared_ptr<const TomlNode> node) const {
  auto state = std::make_shared<State>();
  state->node = std::move(node);
  state->name = state_->name;
  return ConfigTable(std::move(state));
}

std::string ConfigTable::to_toml() const {
  return write_toml(state_->table());
}

}  // namespace tacit
