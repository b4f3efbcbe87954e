#pragma once

#include <string>

#include "core/config.h"

namespace tacit::attacks {

/// A section of a run description as a table, whether its text carries the section's own header or only its keys.
inline ConfigTable recorded_section(const std::string& toml, const std::string& name) {
  ConfigTable text = ConfigTable::parse_text(toml, "the recorded [" + name + "] section");
  return text.has(name) ? text.table(name) : text;
}

}  // namespace tacit::attacks
