#include "attacks/report/png.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include "attacks/report/base64.h"
#include "core/error.h"

namespace tacit::attacks::report {
namespace {

using Bytes = std::vector<std::uint8_t>;
constexpr std::uint64_t kMaximumSide = 8191;

void check(const Image& image, std::uint32_t scale) {
  if (image.channels != 1 && image.channels != 3)
    fail(ErrorKind::usage, "An image of {} channels cannot be a PNG here: expected 1 (grey) or 3 (RGB)",
         image.channels);
  const std::uint64_t longest = std::uint64_t{std::max(image.height, image.width)} * scale;
  if (image.height == 0 || image.width == 0 || scale == 0 || longest > kMaximumSide)
    fail(ErrorKind::usage,
         "An image of {} x {} pixels enlarged {} times cannot be a PNG here: expected sides of 1 to {}", image.height,
         image.width, scale, kMaximumSide);
  const std::uint64_t expected = std::uint64_t{image.channels} * image.height * image.width;
  if (image.pixels.size() != expected)
    fail(ErrorKind::usage, "An image of {} x {} x {} needs {} values and has {}", image.channels, image.height,
         image.width, expected, image.pixels.size());
}

std::uint8_t quantise(float value) {
  if (std::isnan(value)) return 0;
  return static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0f, 1.0f) * 255.0f));
}

// One enlarged row, channels interleaved, behind its filter byte (0: none).
Bytes scanline(const Image& image, std::uint32_t row, std::uint32_t scale) {
  Bytes line = {0};
  line.reserve(1 + std::size_t{image.width} * scale * image.channels);
  const std::size_t plane = std::size_t{image.height} * image.width;
  for (std::uint32_t column = 0; column < image.width; ++column)
    for (std::uint32_t copy = 0; copy < scale; ++copy)
      for (std::uint32_t channel = 0; channel < image.channels; ++channel)
        line.push_back(quantise(image.pixels[channel * plane + std::size_t{row} * image.width + column]));
  return line;
}

Bytes deflated(const Bytes& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  Bytes packed(size);
  const int status = compress2(packed.data(), &size, raw.data(), static_cast<uLong>(raw.size()), Z_BEST_COMPRESSION);
  if (status != Z_OK)
    fail(ErrorKind::internal, "zlib could not compress {} bytes of pixels: status {}", raw.size(), status);
  packed.resize(size);
  return packed;
}

void append_u32(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

// Length, type, data, CRC-32 of type and data.
void append_chunk(Bytes& file, std::string_view type, std::span<const std::uint8_t> data) {
  append_u32(file, static_cast<std::uint32_t>(data.size()));
  const std::size_t start = file.size();
  file.insert(file.end(), type.begin(), type.end());
  file.insert(file.end(), data.begin(), data.end());
  append_u32(file, static_cast<std::uint32_t>(crc32(0, &file[start], static_cast<uInt>(file.size() - start))));
}

}  // namespace

std::vector<std::uint8_t> encode_png(const Image& image, std::uint32_t scale) {
  check(image, scale);
  Bytes header;
  append_u32(header, image.width * scale);
  append_u32(header, image.height * scale);
  const std::uint8_t colour_type = image.channels == 1 ? 0 : 2;
  for (const std::uint8_t byte : std::array<std::uint8_t, 5>{8, colour_type, 0, 0, 0}) header.push_back(byte);

  Bytes raw;
  for (std::uint32_t row = 0; row < image.height; ++row) {
    const Bytes line = scanline(image, row, scale);
    for (std::uint32_t copy = 0; copy < scale; ++copy) raw.insert(raw.end(), line.begin(), line.end());
  }

  Bytes file = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", deflated(raw));
  append_chunk(file, "IEND", {});
  return file;
}

std::uint32_t readable_scale(const Image& image, std::uint32_t target) {
  const std::uint32_t longest = std::max({image.height, image.width, 1u});
  return std::max(1u, (target + longest - 1) / longest);
}

std::string png_data_uri(const Image& image, std::uint32_t scale) {
  return "data:image/png;base64," + base64(encode_png(image, scale));
}

std::size_t count_non_finite(const Image& image) {
  return static_cast<std::size_t>(
      std::count_if(image.pixels.begin(), image.pixels.end(), [](float value) { return !std::isfinite(value); }));
}

}  // namespace tacit::attacks::report
