// By libpng's simplified interface, which needs no jumps out of its callbacks.
#include <png.h>

#include "core/error.h"
#include "datasets/readers/picture.h"

namespace tacit::datasets {

namespace {

/// Frees what libpng holds, however decoding ends.
struct PngImage {
  png_image image{};
  PngImage() { image.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&image); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

}  // namespace

Picture decode_png(const std::vector<std::byte>& content, const std::string& place) {
  PngImage png;
  if (!png_image_begin_read_from_memory(&png.image, content.data(), content.size()))
    fail(ErrorKind::data, "{}: the PNG cannot be decoded: {}", place, png.image.message);
  require_picture_size(png.image.height, png.image.width, place);
  const bool has_colour = (png.image.format & PNG_FORMAT_FLAG_COLOR) != 0;
  png.image.format = has_colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;

  Picture picture{has_colour ? 3u : 1u, png.image.height, png.image.width, {}};
  std::vector<std::uint8_t> interleaved(PNG_IMAGE_SIZE(png.image));
  const png_color black{0, 0, 0};
  if (!png_image_finish_read(&png.image, &black, interleaved.data(), 0, nullptr))
    fail(ErrorKind::data, "{}: the PNG cannot be decoded: {}", place, png.image.message);
  picture.samples = channels_first(interleaved, picture.channels);
  return picture;
}

}  // namespace tacit::datasets
