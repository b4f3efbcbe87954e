#include "attacks/report/base64.h"

#include <algorithm>
#include <string_view>

namespace tacit::attacks::report {

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t start = 0; start < bytes.size(); start += 3) {
    const std::size_t present = std::min<std::size_t>(3, bytes.size() - start);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < present ? bytes[start + i] : 0u);
    for (std::size_t i = 0; i < 4; ++i) text += i <= present ? alphabet[group >> (18 - 6 * i) & 63u] : '=';
  }
  return text;
}

}  // namespace tacit::attacks::report
