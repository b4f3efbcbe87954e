#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "core/error.h"

namespace tacit::quantum_sim::openqasm {

/// Of a token in the text, from 1; columns count characters, not bytes.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// Throws Error(data) "ORIGIN:LINE:COLUMN: message".
template <class... Args>
[[noreturn]] void refuse(const std::string& origin, Place place, fmt::format_string<Args...> format, Args&&... args) {
  fail(ErrorKind::data, "{}:{}:{}: {}", origin, place.line, place.column,
       fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tacit::quantum_sim::openqasm
