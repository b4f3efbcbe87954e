#pragma once

#include <cstddef>

namespace tacit::models {

/// Calls of operator new in this program since it started.
std::size_t allocations() noexcept;

}  // namespace tacit::models
