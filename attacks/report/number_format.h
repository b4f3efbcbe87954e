#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tacit::attacks::report {

/// Shown for a value that was not measured, and for NaN.
inline constexpr const char* kAbsent = "–";

/// Three significant digits; below 1e-3 and from 1e6 on in scientific notation ("3.20e-7"), from 100 on without
/// decimals. Infinity is "∞".
std::string format_number(std::optional<double> value);
/// A fraction as a percentage with one decimal: 0.9744 is "97.4%".
std::string format_percent(std::optional<double> fraction);
/// Decibels with three significant digits and no unit; an infinite ratio is "exact (∞)".
std::string format_psnr(std::optional<double> decibels);
/// An integer with thousands separated: "12,345".
std::string format_count(std::optional<std::uint64_t> value);
/// Decimal units: "1.23 MB".
std::string format_bytes(std::optional<std::uint64_t> bytes);
/// "0.532 s", "3 min 20 s", "2 h 5 min".
std::string format_seconds(std::optional<double> seconds);

}  // namespace tacit::attacks::report
