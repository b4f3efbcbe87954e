#include <cstdio>
// After cstdio, which it needs and does not include.
#include <gmock/gmock.h>
#include <jpeglib.h>
#include <png.h>

#include "core/files.h"
#include "core/npy.h"
#include "datasets/files.h"
#include "datasets/readers/libsvm.h"
#include "datasets/readers/numpy_arrays.h"
#include "datasets/readers/picture.h"
#include "datasets/readers/picture_folder.h"
#include "datasets/sources.h"

namespace tacit::datasets {
namespace {

using ::testing::ElementsAre;

TEST(Libsvm, ReadsSparseRows) {
  const TemporaryFolder folder;
  const auto file = write_file(folder.path() / "a.txt", "+1 1:0.5 3:-2 # note\n-1 2:1e1\n+1\n");
  const Dataset data = read_libsvm(file, 0);
  EXPECT_EQ(data.feature_shape, Shape{3});
  EXPECT_THAT(data.features, ElementsAre(0.5f, 0, -2, 0, 10, 0, 0, 0, 0));
  EXPECT_THAT(data.labels, ElementsAre(1, 0, 1));
  EXPECT_THAT(data.class_names, ElementsAre("-1", "1"));
  EXPECT_EQ(read_libsvm(file, 5).feature_shape, Shape{5});
}

TEST(Libsvm, EveryFaultHasItsPlace) {
  const TemporaryFolder folder;
  const auto refused = [&](std::string_view text, const auto&... pieces) {
    expect_error(
        ErrorKind::data, [&] { read_libsvm(write_file(folder.path() / "a.txt", text), 2); }, pieces...);
  };
  refused("1 1:2\nx 1:2\n", "a.txt:2:1:", "label 'x'");
  refused("1 1:2\n2 1:nan\n", "a.txt:2:2:", "'nan'");
  refused("1 1:2\n2 1\n", "a.txt:2:2:", "index:value");
  refused("1 1:2\n2 2:1 1:1\n", "a.txt:2:3:", "not above");
  refused("1 0:2\n", "a.txt:1:2:", "index 0");
  refused("1 99999999999:2\n", "a.txt:1:2:", "at most");
  refused("1 3:2\n2 1:1\n", "index 3", "2 features");
  refused("", "no examples");
  refused("1 1:2\n1 1:3\n", "all labels are 1");
}

TEST(Numpy, ReadsArchivesAndPairsOfFiles) {
  const TemporaryFolder folder;
  const std::vector<float> x = {0, 1, 2, 3, 4, 5, 6, 8}, y = {0, 2};
  const std::vector<NamedArray> arrays = {{"x", x, {2, 1, 2, 2}}, {"y", y, {2}}};
  write_npz(folder.path() / "d.npz", arrays);
  const Dataset data = read_numpy({.file = folder.path() / "d.npz"}, 0);
  EXPECT_EQ(data.feature_shape, (Shape{1, 2, 2}));
  EXPECT_EQ(data.features, x);
  EXPECT_EQ(data.classes, 3u);
  EXPECT_EQ(data.feature_high, 8);
  const auto features = write_file(folder.path() / "x.npy", format_npy(x, {2, 4}));
  const auto labels = write_file(folder.path() / "y.npy", format_npy(y, {2}));
  EXPECT_THAT(read_numpy({.file = features, .labels = labels}, 4).labels, ElementsAre(0, 2));
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = features, .labels = labels}, 2); }, "y.npy", "label 2 of example 1");
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = folder.path() / "d.npz", .features_name = "z"}, 0); }, "no array 'z'",
      "'x', 'y'");
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = labels, .labels = labels}, 0); }, "y.npy", "[examples, ...]");
  const std::vector<float> bad = {0, 1, 2, std::numeric_limits<float>::quiet_NaN(), 4, 5, 6, 8};
  const auto nan = write_file(folder.path() / "n.npy", format_npy(bad, {2, 4}));
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = nan, .labels = labels}, 0); }, "n.npy", "element 3", "nan");
}

TEST(Numpy, MessagesNameTheShapeThatIsThere) {
  const TemporaryFolder folder;
  const std::vector<float> x = {0, 1, 2, 3}, none;
  const std::vector<NamedArray> arrays = {{"x", x, {2, 2}}};
  write_npz(folder.path() / "d.npz", arrays);
  expect_error(
      ErrorKind::data, [&] { read_numpy({.file = folder.path() / "d.npz", .labels_name = "x"}, 0); }, "d.npz:x",
      "labels have shape [2,2], expected [2]");
  const auto labels = write_file(folder.path() / "y.npy", format_npy(std::vector<float>{0, 1}, {2}));
  const auto refused = [&](const Shape& shape, const char* why) {
    const auto features = write_file(folder.path() / "e.npy", format_npy(none, shape));
    expect_error(
        ErrorKind::data, [&] { read_numpy({.file = features, .labels = labels}, 0); }, "e.npy", to_string(shape), why);
  };
  refused({30, 0}, "one feature an example at least");
  refused({0, 30}, "one example at least");
}

std::filesystem::path write_png(const std::filesystem::path& file, unsigned height, unsigned width, bool colour,
                                const std::vector<std::uint8_t>& samples) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  EXPECT_TRUE(png_image_write_to_file(&image, file.c_str(), 0, samples.data(), 0, nullptr));
  return file;
}

std::filesystem::path write_jpeg(const std::filesystem::path& file, unsigned height, unsigned width,
                                 std::vector<std::uint8_t> samples) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  FILE* out = fopen(file.c_str(), "wb");
  jpeg_stdio_dest(&jpeg, out);
  jpeg.image_width = width;
  jpeg.image_height = height;
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  jpeg_set_quality(&jpeg, 100, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < height) {
    JSAMPROW row = samples.data() + jpeg.next_scanline * width * 3;
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  fclose(out);
  return file;
}

TEST(Pictures, EveryFormatGivesItsSamples) {
  const TemporaryFolder folder;
  const Picture grey = read_picture(write_png(folder.path() / "g.png", 2, 3, false, {0, 50, 100, 150, 200, 255}));
  EXPECT_EQ(grey.channels, 1u);
  EXPECT_THAT(grey.samples, ElementsAre(0, 50, 100, 150, 200, 255));
  const Picture colour = read_picture(write_png(folder.path() / "c.png", 1, 2, true, {1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(colour.samples, ElementsAre(1, 4, 2, 5, 3, 6));
  const Picture photo =
      read_picture(write_jpeg(folder.path() / "p.jpg", 16, 16, std::vector<std::uint8_t>(16 * 16 * 3, 128)));
  EXPECT_EQ(photo.channels, 3u);
  for (const std::uint8_t sample : photo.samples) EXPECT_NEAR(sample, 128, 2);
  const Picture binary = read_picture(write_file(folder.path() / "a.pgm", std::string("P5 # two\n2 1\n255\n\x10\xff")));
  EXPECT_THAT(binary.samples, ElementsAre(16, 255));
  const Picture plain = read_picture(write_file(folder.path() / "a.ppm", "P3\n1 2\n15\n0 15 3\n 1 2 15\n"));
  EXPECT_THAT(plain.samples, ElementsAre(0, 17, 255, 34, 51, 255));
  const Picture deep = read_picture(write_file(folder.path() / "d.pgm", std::string("P5 1 1 65535 \xff\xff", 15)));
  EXPECT_THAT(deep.samples, ElementsAre(255));
}

TEST(Pictures, DamageIsNamedWithItsFile) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& name, const std::string& content, const auto&... pieces) {
    expect_error(
        ErrorKind::data, [&] { read_picture(write_file(folder.path() / name, content)); }, name, pieces...);
  };
  const std::string png = read_text(write_png(folder.path() / "g.png", 8, 8, false, std::vector<std::uint8_t>(64, 7)));
  const std::string jpeg =
      read_text(write_jpeg(folder.path() / "p.jpg", 32, 32, std::vector<std::uint8_t>(32 * 32 * 3, 99)));
  for (const std::size_t size : {png.size() / 2, png.size() - 20}) refused("g.png", png.substr(0, size), "PNG");
  for (const std::size_t size : {jpeg.size() / 2, jpeg.size() - 8, std::size_t{20}})
    refused("p.jpg", jpeg.substr(0, size), "JPEG");
  refused("x.png", "GIF89a", "no PNG, JPEG");
  refused("x.png", "", "no PNG, JPEG");
  refused("a.pgm", "P5 2 2 255\nabc", "end early");
  refused("a.pgm", "P5 2 x 255\nabcd", "the height");
  refused("a.pgm", "P5 0 2 255\nabcd", "0 pixels");
  refused("a.pgm", "P5 999999 999999 255\nabcd", "pixels");
  refused("a.pgm", "P2 2 1 9\n3 10\n", "larger than 9");
  refused("a.pgm", "P5", "the width");
}

TEST(PictureFolder, FoldersAreClasses) {
  const TemporaryFolder folder;
  for (const char* name : {"cats", "dogs", ".hidden"}) std::filesystem::create_directory(folder.path() / name);
  write_png(folder.path() / "cats" / "1.png", 2, 2, true, {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255});
  write_png(folder.path() / "dogs" / "1.png", 2, 2, false, {0, 51, 102, 255});
  const Dataset grey = read_picture_folder(folder.path(), 1, 0, 0);
  EXPECT_EQ(grey.feature_shape, (Shape{1, 2, 2}));
  EXPECT_THAT(grey.class_names, ElementsAre("cats", "dogs"));
  EXPECT_THAT(grey.labels, ElementsAre(0, 1));
  EXPECT_NEAR(grey.features[0], 0.299, 1e-6);
  EXPECT_NEAR(grey.features[1], 0.587, 1e-6);
  EXPECT_FLOAT_EQ(grey.features[5], 0.2f);
  const Dataset colour = read_picture_folder(folder.path(), 3, 1, 1);
  EXPECT_EQ(colour.feature_shape, (Shape{3, 1, 1}));
  EXPECT_FLOAT_EQ(colour.features[0], 0.5f);
  write_png(folder.path() / "dogs" / "2.png", 1, 2, false, {0, 1});
  expect_error(
      ErrorKind::data, [&] { read_picture_folder(folder.path(), 1, 0, 0); }, "2.png", "1 x 2", "2 x 2");
  expect_error(
      ErrorKind::data, [&] { read_picture_folder(folder.path(), 1, 2, 2); }, "2.png", "fewer than the 2 x 2");
  expect_error(
      ErrorKind::data, [&] { read_picture_folder(folder.path() / "cats", 1, 0, 0); }, "1 folder");
  expect_error(
      ErrorKind::io, [&] { read_picture_folder(folder.path() / "none", 1, 0, 0); }, "none");
}

SourceData source(const std::string& text) {
  ConfigTable section = ConfigTable::parse_text("[data]\n" + text, "test.toml").table("data");
  SourceData data = read_source(section);
  section.finish();
  return data;
}

TEST(Sources, ReadTheUsersFiles) {
  const TemporaryFolder folder;
  const auto table = write_file(folder.path() / "t.csv", "x;site;y\n1;a;no\n2;b;yes\n");
  const SourceData data =
      source("source = \"table\"\nfile = \"" + table.string() + "\"\ndelimiter = \";\"\ngroup_column = \"site\"");
  EXPECT_TRUE(data.tabular);
  EXPECT_THAT(data.examples.groups, ElementsAre(0, 1));
  expect_error(
      ErrorKind::configuration, [&] { source("source = \"table\"\nfile = \"x\"\ndelimiter = \"ab\""); }, "test.toml:4",
      "one character");
  expect_error(
      ErrorKind::configuration,
      [&] { source("source = \"fashion_mnist\"\nfolder = \"" + folder.path().string() + "\""); }, "test.toml:3",
      "dataset-fashion-mnist");
}

}  // namespace
}  // namespace tacit::datasets
