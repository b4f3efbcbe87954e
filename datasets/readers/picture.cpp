#include "datasets/readers/picture.h"

#include <algorithm>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "core/memory.h"
#include "datasets/readers/regular_file.h"

namespace tacit::datasets {

namespace {

constexpr std::size_t largest_file = std::size_t{1} << 28;
constexpr std::size_t most_pixels = std::size_t{1} << 26;

bool begins_with(const std::vector<std::byte>& content, std::string_view head) {
  return content.size() >= head.size() &&
         std::equal(head.begin(), head.end(), content.begin(),
                    [](char one, std::byte two) { return static_cast<std::byte>(one) == two; });
}

}  // namespace

void require_picture_size(std::size_t height, std::size_t width, const std::string& place) {
  if (height == 0 || width == 0 || height > most_pixels / width)
    fail(ErrorKind::data, "{}: {} x {} pixels; expected 1 to {} altogether", place, height, width, most_pixels);
  // Three samples a pixel, as the decoder leaves them, sorted by channel, and as numbers.
  require_memory(static_cast<double>(height * width) * 3 * (2 + sizeof(float)),
                 fmt::format("{}: a picture of {} x {} pixels", place, height, width));
}

std::vector<std::uint8_t> channels_first(const std::vector<std::uint8_t>& interleaved, std::size_t channels) {
  std::vector<std::uint8_t> samples(interleaved.size());
  const std::size_t pixels = interleaved.size() / channels;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel)
    for (std::size_t channel = 0; channel < channels; ++channel)
      samples[channel * pixels + pixel] = interleaved[pixel * channels + channel];
  return samples;
}

Picture read_picture(const std::filesystem::path& file) {
  require_regular_file(file);
  const std::vector<std::byte> content = read_bytes(file, largest_file);
  const std::string place = file.string();
  if (begins_with(content, "\x89PNG\r\n\x1a\n")) return decode_png(content, place);
  if (begins_with(content, "\xff\xd8\xff")) return decode_jpeg(content, place);
  for (const char* head : {"P2", "P3", "P5", "P6"})
    if (begins_with(content, head)) return decode_portable_map(content, place);
  fail(ErrorKind::data, "{}: is no PNG, JPEG, PGM or PPM picture", place);
}

}  // namespace tacit::datasets
