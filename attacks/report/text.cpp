#include "attacks/report/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>

namespace tacit::attacks::report {
namespace {

constexpr char32_t kMalformed = 0xffffffff;
constexpr const char* kReplacement = "\xef\xbf\xbd";

struct Range {
  char32_t first;
  char32_t last;
};

// Combining marks, joiners and variation selectors (Unicode 15 blocks that a report is likely to meet).
constexpr std::array<Range, 9> kZeroWidth = {{{0x0300, 0x036f},
                                              {0x0483, 0x0489},
                                              {0x0591, 0x05bd},
                                              {0x1ab0, 0x1aff},
                                              {0x1dc0, 0x1dff},
                                              {0x200b, 0x200f},
                                              {0x20d0, 0x20ff},
                                              {0xfe00, 0xfe0f},
                                              {0xfe20, 0xfe2f}}};
// East Asian Width W and F (Unicode Annex 11), by block.
constexpr std::array<Range, 10> kWide = {{{0x1100, 0x115f},
                                          {0x2e80, 0x303e},
                                          {0x3041, 0xa4cf},
                                          {0xac00, 0xd7a3},
                                          {0xf900, 0xfaff},
                                          {0xfe30, 0xfe6f},
                                          {0xff00, 0xff60},
                                          {0xffe0, 0xffe6},
                                          {0x1f300, 0x1faff},
                                          {0x20000, 0x3fffd}}};
constexpr std::array<Range, 5> kUnsafe = {
    {{0x00, 0x1f}, {0x7f, 0x9f}, {0x2028, 0x202e}, {0x2066, 0x2069}, {0xfffe, 0xffff}}};

bool within(char32_t point, std::span<const Range> ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [point](const Range& range) { return point >= range.first && point <= range.last; });
}

struct Decoded {
  char32_t point;
  std::size_t bytes;
};

// The first code point of non-empty text (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
Decoded decode(std::string_view text) {
  const auto byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {kMalformed, 1};
  char32_t point = lead & (0x7fu >> length);
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xc0u) != 0x80) return {kMalformed, 1};
    point = point << 6 | (byte(index) & 0x3fu);
  }
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < smallest[length] || point > 0x10ffff || surrogate) return {kMalformed, 1};
  return {point, length};
}

std::size_t width_of(char32_t point) {
  if (within(point, kZeroWidth)) return 0;
  return within(point, kWide) ? 2 : 1;
}

// Bytes of the longest prefix that fits; at least one character.
std::size_t fitting_prefix(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  for (std::size_t used = 0; bytes < text.size();) {
    const Decoded next = decode(text.substr(bytes));
    used += width_of(next.point);
    if (used > width && bytes > 0) break;
    bytes += next.bytes;
  }
  return bytes;
}

}  // namespace

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode(text);
    if (next.point == '\n' || next.point == '\t') {
      clean += text[0];
    } else if (next.point == kMalformed || (next.point != '\r' && within(next.point, kUnsafe))) {
      clean += kReplacement;
    } else if (next.point != '\r') {
      clean += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return clean;
}

std::string clean_line(std::string_view text) {
  std::string line = clean_text(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
  return line;
}

std::size_t display_width(std::string_view clean) {
  std::size_t width = 0;
  while (!clean.empty()) {
    const Decoded next = decode(clean);
    width += width_of(next.point);
    clean.remove_prefix(next.bytes);
  }
  return width;
}

std::vector<std::string> wrap_text(std::string_view clean, std::size_t width) {
  std::vector<std::string> lines;
  while (display_width(clean) > width) {
    std::size_t cut = fitting_prefix(clean, width);
    // A space right behind the prefix is a break too.
    const std::size_t space = clean.substr(0, cut + 1).rfind(' ');
    if (space != std::string_view::npos && space > 0) cut = space;
    lines.emplace_back(clean.substr(0, cut));
    clean.remove_prefix(cut);
    clean.remove_prefix(std::min(clean.find_first_not_of(' '), clean.size()));
  }
  if (!clean.empty() || lines.empty()) lines.emplace_back(clean);
  return lines;
}

}  // namespace tacit::attacks::report
