#include "core/progress_line.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/progress.h"

namespace tacit {
namespace {

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// Characters, counting one column for each.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_character(c); }));
}

/// At most `columns` characters of a text, which must not break the line.
std::string cut(std::string text, std::size_t columns) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  std::size_t end = 0;
  for (std::size_t used = 0; end < text.size(); ++end)
    if (!continues_character(text[end]) && ++used > columns) break;
  text.resize(end);
  return text;
}

std::string amounts(const ProgressState& state) {
  // Whole units as such; fractions of few units with one decimal.
  const bool whole =
      state.total >= 100 || (std::floor(state.total) == state.total && std::floor(state.done) == state.done);
  return whole ? fmt::format("{:.0f}/{:.0f}", std::floor(state.done), state.total)
               : fmt::format("{:.1f}/{:.1f}", state.done, state.total);
}

std::string time(const ProgressState& state) {
  if (state.ended) return "  in " + Progress::duration(state.seconds);
  // Before the first step there is nothing to extrapolate.
  if (state.done <= 0) return "";
  return fmt::format("  {} left", Progress::duration(state.seconds * (state.total - state.done) / state.done));
}

std::string after_bar(const ProgressState& state) {
  std::string text = amounts(state) + time(state);
  if (!state.detail.empty()) text += fmt::format("  {}", state.detail);
  return text;
}

}  // namespace

std::string terminal_line(const ProgressState& state, std::size_t columns) {
  constexpr std::size_t narrowest_bar = 5, widest_bar = 30;
  const std::string rest = after_bar(state);
  const std::size_t used = width_of(state.label) + width_of(rest) + 4;  // two blanks, two brackets
  std::string line(state.label);
  if (used + narrowest_bar <= columns) {
    const std::size_t bar = std::min(widest_bar, columns - used);
    const double share = state.total > 0 ? std::clamp(state.done / state.total, 0.0, 1.0) : 1.0;
    const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar));
    line += " [" + std::string(filled, '#') + std::string(bar - filled, ' ') + "]";
  }
  return cut(line + " " + rest, columns);
}

std::string plain_line(const ProgressState& state) {
  return cut(fmt::format("{} {}", state.label, after_bar(state)), static_cast<std::size_t>(-1));
}

std::string Progress::duration(double seconds) {
  constexpr double longest = 359999;  // 99:59:59: longer estimates mean nothing
  const auto whole = static_cast<long>(std::lround(std::isnan(seconds) ? 0.0 : std::clamp(seconds, 0.0, longest)));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace tacit
