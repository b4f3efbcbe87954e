#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>

namespace tacit::cli {

/// A check for an option: digits only, in [low, high]; nothing is rounded or clamped on the way.
inline CLI::Validator whole_number(std::int64_t low, std::int64_t high = INT64_MAX) {
  return CLI::Validator(
      [low, high](std::string& text) -> std::string {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error == std::errc() && end == text.data() + text.size() && value >= low && value <= high) return "";
        return "expected a whole number " +
               (high == INT64_MAX ? "of at least " + std::to_string(low) + " and below 2^63"
                                  : "from " + std::to_string(low) + " to " + std::to_string(high)) +
               ", not '" + text + "'";
      },
      "");
}

}  // namespace tacit::cli
