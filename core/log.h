#pragma once

#include <fmt/core.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace tacit::log {

enum class Level { debug, info, warning, error, off };

/// Starts logging for this process: lines "TIME LEVEL WHO MESSAGE" to standard error, or to a file if one is given.
/// `who` names the process in the line ("coordinator", "client-3"). Safe to call again; the last call counts.
/// Before the first call, warnings and errors go to standard error.
void start(std::string who, Level level, const std::filesystem::path& file = {});
Level level_from_string(std::string_view word);  ///< throws Error(usage) naming the allowed words

/// Thread-safe; a line is written whole.
void write(Level level, std::string_view message);

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace tacit::log
