#pragma once

#include <cstddef>
#include <string_view>

#include "core/error.h"

namespace tacit::attacks {

/// Throws Error(usage) unless all sizes are the same.
template <class... Sizes>
void require_equal_sizes(std::string_view what, std::size_t first, Sizes... others) {
  const auto require = [&](std::size_t other) {
    if (other != first)
      fail(ErrorKind::usage, "{}: vectors of {} and {} numbers do not fit together", what, first, other);
  };
  (require(static_cast<std::size_t>(others)), ...);
}

}  // namespace tacit::attacks
