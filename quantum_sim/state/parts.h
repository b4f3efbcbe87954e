#pragma once

#include <cstddef>

namespace tacit::quantum_sim {

/// Work is handed out in at most this many parts, whatever the number of threads, and sums are taken part by part: so
/// they do not depend on it.
inline constexpr std::size_t most_parts = 64;

/// Part `index` of `count` things in `parts` parts.
struct Part {
  Part(std::size_t count, std::size_t parts, std::size_t index)
      : first(count * index / parts), last(count * (index + 1) / parts) {}
  std::size_t first, last;
};

}  // namespace tacit::quantum_sim
