#include <zlib.h>

#include <limits>

#include "attacks/report/base64.h"
#include "attacks/report/png.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks::report {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::uint32_t u32(const Bytes& bytes, std::size_t at) {
  return std::uint32_t{bytes.at(at)} << 24 | bytes.at(at + 1) << 16 | bytes.at(at + 2) << 8 | bytes.at(at + 3);
}

struct Decoded {
  std::uint32_t width = 0, height = 0, channels = 0;
  Bytes pixels;  // interleaved
};

// Reads chunk by chunk, checking signature, order and every CRC, and inflates the pixels of unfiltered rows.
Decoded decode(const Bytes& file) {
  const Bytes signature = {0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a};
  EXPECT_TRUE(std::equal(signature.begin(), signature.end(), file.begin()));
  Decoded image;
  Bytes packed;
  std::string order;
  for (std::size_t at = 8; at < file.size();) {
    const std::uint32_t length = u32(file, at);
    const std::string type(file.begin() + static_cast<long>(at) + 4, file.begin() + static_cast<long>(at) + 8);
    EXPECT_EQ(u32(file, at + 8 + length), crc32(0, &file[at + 4], length + 4)) << type;
    order += type;
    const Bytes data(file.begin() + static_cast<long>(at) + 8, file.begin() + static_cast<long>(at) + 8 + length);
    if (type == "IHDR") {
      EXPECT_EQ(data.size(), 13u);
      image.width = u32(data, 0);
      image.height = u32(data, 4);
      EXPECT_EQ(data[8], 8);
      image.channels = data[9] == 0 ? 1 : 3;
      EXPECT_EQ(data[9], image.channels == 1 ? 0 : 2);
      EXPECT_EQ(Bytes(data.begin() + 10, data.end()), (Bytes{0, 0, 0}));
    }
    if (type == "IDAT") packed = data;
    at += 12 + length;
  }
  EXPECT_EQ(order, "IHDRIDATIEND");
  const std::size_t row = 1 + std::size_t{image.width} * image.channels;
  Bytes raw(row * image.height);
  uLongf size = raw.size();
  EXPECT_EQ(uncompress(raw.data(), &size, packed.data(), packed.size()), Z_OK);
  EXPECT_EQ(size, raw.size());
  for (std::size_t y = 0; y < image.height; ++y) {
    EXPECT_EQ(raw[y * row], 0);
    image.pixels.insert(image.pixels.end(), &raw[y * row + 1], &raw[y * row] + row);
  }
  return image;
}

Image random_image(std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  RandomStream random({.seed = 3, .purpose = Purpose::test, .client = channels});
  Image image{channels, height, width, {}};
  for (std::uint32_t i = 0; i < channels * height * width; ++i)
    image.pixels.push_back(static_cast<float>(random.below(256)) / 255.0f);
  return image;
}

TEST(Png, DecodesToTheSamePixels) {
  for (const std::uint32_t channels : {1u, 3u}) {
    for (const std::uint32_t scale : {1u, 4u}) {
      const Image image = random_image(channels, 5, 7);
      const Decoded decoded = decode(encode_png(image, scale));
      ASSERT_EQ(decoded.width, 7 * scale);
      ASSERT_EQ(decoded.height, 5 * scale);
      ASSERT_EQ(decoded.channels, channels);
      for (std::uint32_t y = 0; y < decoded.height; ++y)
        for (std::uint32_t x = 0; x < decoded.width; ++x)
          for (std::uint32_t channel = 0; channel < channels; ++channel) {
            const float expected = image.pixels[(channel * 5 + y / scale) * 7 + x / scale] * 255.0f;
            ASSERT_EQ(decoded.pixels[(y * decoded.width + x) * channels + channel], std::lround(expected));
          }
    }
  }
}

TEST(Png, ClampsAndSurvivesWhatIsNotFinite) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float infinity = std::numeric_limits<float>::infinity();
  const Image image{1, 1, 6, {-0.5f, 0.0f, 0.5f, 1.5f, infinity, nan}};
  EXPECT_EQ(decode(encode_png(image)).pixels, (Bytes{0, 0, 128, 255, 255, 0}));
  EXPECT_EQ(count_non_finite(image), 2u);
}

TEST(Png, RefusesSizesThatDoNotAgree) {
  const auto refused = [](const Image& image, std::uint32_t scale) {
    try {
      encode_png(image, scale);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::usage;
    }
    return false;
  };
  EXPECT_TRUE(refused({2, 1, 1, {0, 0}}, 1));
  EXPECT_TRUE(refused({1, 2, 2, {0, 0, 0}}, 1));
  EXPECT_TRUE(refused({1, 0, 2, {}}, 1));
  EXPECT_TRUE(refused({1, 1, 1, {0}}, 0));
  EXPECT_TRUE(refused({1, 1, 1, {0}}, 0xffffffffu));
}

TEST(Png, ScaleMakesSmallImagesReadable) {
  EXPECT_EQ(readable_scale({1, 8, 8, {}}), 12u);
  EXPECT_EQ(readable_scale({1, 28, 20, {}}), 4u);
  EXPECT_EQ(readable_scale({1, 200, 10, {}}), 1u);
  EXPECT_EQ(readable_scale({1, 0, 0, {}}), 96u);
}

// The vectors of RFC 4648, section 10.
TEST(Base64, OfThePublishedVectors) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) EXPECT_EQ(base64(Bytes(plain.begin(), plain.end())), encoded);
  EXPECT_EQ(base64(Bytes{0xfb, 0xff, 0xfe}), "+//+");
}

}  // namespace
}  // namespace tacit::attacks::report
