#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/error.h"

namespace tacit::attacks {

/// One named part of attacks: its name in settings files and how it is made from its section. A new part is one new
/// file and one line in the table of its kind.
template <class Part>
struct RegistryEntry {
  std::string_view name;
  std::unique_ptr<const Part> (*make)(ConfigTable section);
};

/// Makes the part that the section's key `key` chooses. The error on an unknown name lists the names that exist.
template <class Part, std::size_t count>
std::unique_ptr<const Part> make_part(const RegistryEntry<Part> (&table)[count], ConfigTable section,
                                      std::string_view key = "name") {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  const std::string chosen = section.choice(key, names);
  for (const auto& entry : table) {
    if (entry.name == chosen) return entry.make(section);
  }
  fail(ErrorKind::internal, "part '{}' is listed but cannot be made", chosen);
}

}  // namespace tacit::attacks
