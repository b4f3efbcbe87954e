#pragma once

// Internal to core: what Progress writes, as a function of the state alone.

#include <cstddef>
#include <string>
#include <string_view>

namespace tacit {

struct ProgressState {
  std::string_view label;
  double done = 0;
  double total = 0;
  double seconds = 0;  ///< since the start
  std::string_view detail;
  bool ended = false;  ///< then the time taken stands in place of the time left
};

/// "label [#####     ] 12/20  0:07 left  detail", at most `columns` characters wide; the bar gives way first.
std::string terminal_line(const ProgressState& state, std::size_t columns);

/// "label 12/20  0:07 left  detail".
std::string plain_line(const ProgressState& state);

}  // namespace tacit
