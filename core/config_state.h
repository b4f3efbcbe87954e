#pragma once

// Internal to core: what the parts of ConfigTable share.

#include <set>

#include "core/config.h"
#include "core/toml_tree.h"

namespace tacit {

struct ConfigTable::State {
  TomlPointer node;  ///< always holds a table
  std::string name;  ///< dotted name from the root; empty for the root
  std::set<std::string, std::less<>> asked;
  /// Sub-tables that were asked for: one for a table, any number for an array of tables.
  std::map<std::string, std::vector<std::shared_ptr<State>>, std::less<>> below;
  bool accepted = false;

  const TomlTable& table() const { return *node->table(); }
  /// The value of a key, or nullptr.
  const TomlPointer* find(std::string_view key) const {
    const auto found = table().find(key);
    return found == table().end() ? nullptr : &found->second;
  }
  /// find, and the key is known from now on.
  const TomlPointer* ask(std::string_view key) {
    asked.emplace(key);
    return find(key);
  }
  std::string dotted(std::string_view key) const {
    return name.empty() ? std::string(key) : name + (key.empty() ? "" : "." + std::string(key));
  }
};

}  // namespace tacit
