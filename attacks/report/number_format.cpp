#include "attacks/report/number_format.h"

#include <fmt/core.h>

#include <array>
#include <cmath>

namespace tacit::attacks::report {
namespace {

constexpr double kScientificBelow = 1e-3;
constexpr double kScientificFrom = 1e6;

// The decimal exponent of a positive number after rounding to three digits, so that 0.9996 counts as 1.00.
int rounded_exponent(double magnitude) {
  const std::string text = fmt::format("{:.2e}", magnitude);
  return std::stoi(text.substr(text.find('e') + 1));
}

std::string finite_number(double value) {
  if (value == 0) return "0";
  const double magnitude = std::abs(value);
  const int exponent = rounded_exponent(magnitude);
  if (magnitude < kScientificBelow || magnitude >= kScientificFrom) {
    const std::string text = fmt::format("{:.2e}", value);
    return fmt::format("{}e{}", text.substr(0, text.find('e')), exponent);
  }
  return fmt::format("{:.{}f}", value, std::max(0, 2 - exponent));
}

bool missing(const std::optional<double>& value) {
  return !value || std::isnan(*value);
}

}  // namespace

std::string format_number(std::optional<double> value) {
  if (missing(value)) return kAbsent;
  if (std::isinf(*value)) return *value > 0 ? "∞" : "-∞";
  return finite_number(*value);
}

std::string format_percent(std::optional<double> fraction) {
  if (!fraction || !std::isfinite(*fraction)) return kAbsent;
  return fmt::format("{:.1f}%", *fraction * 100);
}

std::string format_psnr(std::optional<double> decibels) {
  if (!missing(decibels) && std::isinf(*decibels) && *decibels > 0) return "exact (∞)";
  return format_number(decibels);
}

std::string format_count(std::optional<std::uint64_t> value) {
  if (!value) return kAbsent;
  std::string text = std::to_string(*value);
  for (std::size_t position = text.size(); position > 3;) {
    position -= 3;
    text.insert(position, 1, ',');
  }
  return text;
}

std::string format_bytes(std::optional<std::uint64_t> bytes) {
  if (!bytes) return kAbsent;
  if (*bytes < 1000) return fmt::format("{} B", *bytes);
  constexpr std::array units = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double scaled = static_cast<double>(*bytes) / 1000;
  std::size_t unit = 0;
  // 999.5 and more would print as 1000 of this unit.
  while (scaled >= 999.5 && unit + 1 < units.size()) {
    scaled /= 1000;
    ++unit;
  }
  return fmt::format("{} {}", finite_number(scaled), units[unit]);
}

std::string format_seconds(std::optional<double> seconds) {
  if (!seconds || !std::isfinite(*seconds) || *seconds < 0) return kAbsent;
  if (*seconds < 119.5) return finite_number(*seconds) + " s";
  const double whole = std::round(*seconds);
  if (whole < 7200) return fmt::format("{:.0f} min {:.0f} s", std::floor(whole / 60), std::fmod(whole, 60));
  const double minutes = std::round(*seconds / 60);
  return fmt::format("{:.0f} h {:.0f} min", std::floor(minutes / 60), std::fmod(minutes, 60));
}

}  // namespace tacit::attacks::report
