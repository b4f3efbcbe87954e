#pragma once

#include <cstddef>
#include <span>

#include "core/error.h"

namespace tacit::quantum_sim {

/// Throws Error(usage) that names what has the wrong size.
template <class T>
void require_size(const char* what, std::span<T> given, std::size_t expected) {
  if (given.size() != expected) fail(ErrorKind::usage, "{}: expected {} values, got {}", what, expected, given.size());
}

template <class T>
void require_size_or_empty(const char* what, std::span<T> given, std::size_t expected) {
  if (!given.empty()) require_size(what, given, expected);
}

}  // namespace tacit::quantum_sim
