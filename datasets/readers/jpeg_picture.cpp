// By libjpeg. Its errors leave by longjmp, so nothing with a destructor lives between setjmp and the calls.
#include <csetjmp>
#include <cstdio>
// After cstdio, which it needs and does not include.
#include <jpeglib.h>

#include "core/error.h"
#include "datasets/readers/picture.h"

namespace tacit::datasets {

namespace {

struct Decoder {
  jpeg_decompress_struct jpeg{};
  jpeg_error_mgr errors{};
  std::jmp_buf failed{};
  char message[JMSG_LENGTH_MAX] = "";

  Decoder() {
    jpeg.err = jpeg_std_error(&errors);
    jpeg.client_data = this;
    errors.error_exit = [](j_common_ptr common) {
      auto* decoder = static_cast<Decoder*>(common->client_data);
      common->err->format_message(common, decoder->message);
      std::longjmp(decoder->failed, 1);
    };
    // A warning is damage that libjpeg would paint over, a truncated file among others.
    errors.emit_message = [](j_common_ptr common, int level) {
      if (level < 0) common->err->error_exit(common);
    };
  }
  ~Decoder() { jpeg_destroy_decompress(&jpeg); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

bool read_header(Decoder& decoder, const std::vector<std::byte>& content) {
  if (setjmp(decoder.failed)) return false;
  jpeg_create_decompress(&decoder.jpeg);
  jpeg_mem_src(&decoder.jpeg, reinterpret_cast<const unsigned char*>(content.data()), content.size());
  jpeg_read_header(&decoder.jpeg, TRUE);
  decoder.jpeg.out_color_space = decoder.jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  return true;
}

bool read_rows(Decoder& decoder, std::uint8_t* interleaved) {
  if (setjmp(decoder.failed)) return false;
  jpeg_start_decompress(&decoder.jpeg);
  const std::size_t stride =
      std::size_t{decoder.jpeg.output_width} * static_cast<std::size_t>(decoder.jpeg.output_components);
  while (decoder.jpeg.output_scanline < decoder.jpeg.output_height) {
    JSAMPROW row = interleaved + decoder.jpeg.output_scanline * stride;
    jpeg_read_scanlines(&decoder.jpeg, &row, 1);
  }
  jpeg_finish_decompress(&decoder.jpeg);
  return true;
}

}  // namespace

Picture decode_jpeg(const std::vector<std::byte>& content, const std::string& place) {
  Decoder decoder;
  if (!read_header(decoder, content))
    fail(ErrorKind::data, "{}: the JPEG cannot be decoded: {}", place, decoder.message);
  require_picture_size(decoder.jpeg.image_height, decoder.jpeg.image_width, place);
  Picture picture{decoder.jpeg.num_components == 1 ? 1u : 3u, decoder.jpeg.image_height, decoder.jpeg.image_width, {}};
  std::vector<std::uint8_t> interleaved(picture.height * picture.width * picture.channels);
  if (!read_rows(decoder, interleaved.data()))
    fail(ErrorKind::data, "{}: the JPEG cannot be decoded: {}", place, decoder.message);
  picture.samples = channels_first(interleaved, picture.channels);
  return picture;
}

}  // namespace tacit::datasets
