#pragma once

// Internal to core.

#include <string>
#include <string_view>

namespace tacit {

/// Throws Error(configuration) "ORIGIN:LINE: ..." if values are nested, or keys dotted, more deeply than any honest
/// configuration: trees are read recursively, and configurations come from peers, too. Knows just enough of TOML to
/// pass over strings and comments; everything else is the parser's business.
void check_toml_depth(std::string_view text, const std::string& origin);

}  // namespace tacit
