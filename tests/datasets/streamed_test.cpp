// Features that stay in their files.
#include <gmock/gmock.h>

#include <numeric>

#include "core/files.h"
#include "core/npy.h"
#include "core/random.h"
#include "datasets/files.h"
#include "datasets/partition.h"
#include "datasets/readers/cifar.h"
#include "datasets/readers/idx.h"
#include "datasets/readers/numpy_arrays.h"
#include "datasets/sources.h"
#include "datasets/transforms/moments.h"

namespace tacit::datasets {
namespace {

std::vector<float> all_features(const Dataset& data) {
  std::vector<float> all(data.size() * data.feature_size());
  for (std::size_t i = 0; i < data.size(); ++i)
    data.copy_example(i, std::span(all).subspan(i * data.feature_size(), data.feature_size()));
  return all;
}

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

class Streamed : public ::testing::Test {
 protected:
  Streamed() {
    std::string pixels = big_endian(0x803) + big_endian(6) + big_endian(2) + big_endian(3);
    for (int i = 0; i < 36; ++i) pixels += static_cast<char>(7 * i);
    images_ = write_file(folder_.path() / "images", pixels);
    labels_ = write_file(folder_.path() / "labels", big_endian(0x801) + big_endian(6) + std::string("\0\1\2\0\1\2", 6));
    std::string records;
    for (int i = 0; i < 5; ++i) {
      records += static_cast<char>(i);
      for (int k = 0; k < 3072; ++k) records += static_cast<char>(i + 3 * k);
    }
    batches_ = {write_file(folder_.path() / "b1", records),
                write_file(folder_.path() / "b2", records.substr(2 * 3073))};
  }
  TemporaryFolder folder_;
  std::filesystem::path images_, labels_;
  std::vector<std::string> batches_;
};

TEST_F(Streamed, GivesWhatTheReadersInMemoryGive) {
  const Dataset idx = stream_idx_images(images_, labels_, 3), idx_in_memory = read_idx_images(images_, labels_, 3);
  EXPECT_TRUE(idx.is_streamed());
  EXPECT_TRUE(idx.features.empty());
  EXPECT_EQ(idx.labels, idx_in_memory.labels);
  EXPECT_EQ(idx.feature_shape, idx_in_memory.feature_shape);
  EXPECT_EQ(all_features(idx), idx_in_memory.features);

  const Dataset cifar = stream_cifar10(batches_);
  std::vector<float> expected = read_cifar10(batches_[0]).features;
  const std::vector<float> second = read_cifar10(batches_[1]).features;
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(cifar.size(), 8u);
  EXPECT_THAT(cifar.labels, ::testing::ElementsAre(0, 1, 2, 3, 4, 2, 3, 4));
  EXPECT_EQ(all_features(cifar), expected);

  std::vector<float> x(24), y = {0, 1, 0, 1};
  std::iota(x.begin(), x.end(), -3.5f);
  const NumpyArrays arrays{.file = write_file(folder_.path() / "x.npy", format_npy(x, {4, 2, 3})),
                           .labels = write_file(folder_.path() / "y.npy", format_npy(y, {4}))};
  const Dataset numpy = read_numpy(arrays, 0, false, true);
  EXPECT_EQ(all_features(numpy), x);
  EXPECT_EQ(numpy.feature_low, -3.5f);
  EXPECT_EQ(numpy.feature_high, 19.5f);
  EXPECT_EQ(numpy.feature_shape, (Shape{2, 3}));
}

TEST_F(Streamed, PartsNameRecordsOfTheSameFile) {
  Dataset data = stream_idx_images(images_, labels_, 3);
  const Dataset whole = read_idx_images(images_, labels_, 3);
  const std::size_t some[] = {4, 1};
  EXPECT_EQ(all_features(data.subset(some)), whole.subset(some).features);
  EXPECT_EQ(data.subset(some).file, data.file);
  const Partition parts(ConfigTable::parse_text("", "p").table("partition"), data, 2, 7);
  EXPECT_EQ(all_features(parts.examples(data, 1)), parts.examples(whole, 1).features);
  const std::size_t kept[] = {0, 3, 5};
  Dataset in_memory = whole;
  in_memory.keep(kept);
  data.keep(kept);
  EXPECT_EQ(all_features(data), in_memory.features);
  EXPECT_EQ(data.labels, in_memory.labels);
}

// Reading on after somebody has cut the file is an error of that example, not the end of the process.
TEST_F(Streamed, AFileThatIsCutUnderWayIsAnError) {
  const Dataset data = stream_idx_images(images_, labels_, 3);
  std::vector<float> row(6);
  data.copy_example(5, row);
  std::filesystem::resize_file(images_, 16 + 4 * 6 + 2);
  EXPECT_NO_THROW(data.copy_example(3, row));
  expect_error(
      ErrorKind::io, [&] { data.copy_example(4, row); }, "images", "example 4", "cut short");
  expect_error(
      ErrorKind::io, [&] { data.copy_example(5, row); }, "example 5");
}

TEST_F(Streamed, WhatCannotBeStreamedIsRefused) {
  const auto packed = write_gzip(folder_.path() / "i.gz", read_text(images_));
  expect_error(
      ErrorKind::data, [&] { stream_idx_images(packed, labels_, 3); }, "i.gz", "compressed");
  const auto cut = write_file(folder_.path() / "cut", read_text(images_).substr(0, 40));
  expect_error(
      ErrorKind::data, [&] { stream_idx_images(cut, labels_, 3); }, "cut", "24 bytes of data, expected 36");
  expect_error(
      ErrorKind::data, [&] { stream_cifar10({write_file(folder_.path() / "c", "abc")}); }, "c", "records");
  std::vector<float> x = {1, 2, 3, std::numeric_limits<float>::infinity()}, y = {0, 1};
  const NumpyArrays arrays{.file = write_file(folder_.path() / "x.npy", format_npy(x, {2, 2})),
                           .labels = write_file(folder_.path() / "y.npy", format_npy(y, {2}))};
  expect_error(
      ErrorKind::data, [&] { read_numpy(arrays, 0, false, true); }, "x.npy", "feature 1 of example 1 is inf");
}

// Every transform gives the numbers, bounds and order that it gives of the same data in memory.
class StreamedTransforms : public ::testing::TestWithParam<const char*> {};

TEST_P(StreamedTransforms, GiveTheBitsOfDataInMemory) {
  const TemporaryFolder folder;
  RandomStream stream({11, Purpose::test});
  constexpr int count = 700, test_count = 40;  // more than two blocks of moments
  const auto write = [&](const std::string& name, int images) {
    std::string pixels =
        big_endian(0x803) + big_endian(static_cast<std::uint32_t>(images)) + big_endian(6) + big_endian(5);
    std::string labels = big_endian(0x801) + big_endian(static_cast<std::uint32_t>(images));
    for (int i = 0; i < images * 30; ++i) pixels += static_cast<char>(stream() >> (20 + i % 30 / 8));
    for (int i = 0; i < images; ++i) labels += static_cast<char>(i % 3);
    write_file(folder.path() / (name + "images"), pixels);
    write_file(folder.path() / (name + "labels"), labels);
  };
  write("", count);
  write("test_", test_count);
  std::string source = "[data]\nsource = \"idx\"\nlabel_count = 3\n";
  for (const char* key : {"images", "labels", "test_images", "test_labels"})
    source += fmt::format("{} = \"{}\"\n", key, (folder.path() / key).string());
  const auto load_with = [&](bool streamed) {
    const std::string keys = GetParam();
    const std::string text = source + (streamed ? "streamed = true\n" : "") + keys.substr(0, keys.find('|'));
    return load(ConfigTable::parse_text(text, "d.toml").table("data"), 5);
  };
  const TrainTest there = load_with(true), here = load_with(false);
  for (const auto part : {&TrainTest::train, &TrainTest::test, &TrainTest::validation}) {
    const Dataset &one = there.*part, &other = here.*part;
    EXPECT_TRUE(one.is_streamed());
    EXPECT_TRUE(one.features.empty());
    EXPECT_EQ(one.feature_shape, other.feature_shape);
    EXPECT_EQ(one.labels, other.labels);
    EXPECT_EQ(one.feature_low, other.feature_low);
    EXPECT_EQ(one.feature_high, other.feature_high);
    EXPECT_EQ(all_features(one), other.features);
  }
  const std::string keys = GetParam();
  const std::string skew = keys.find('|') == std::string::npos ? "" : keys.substr(keys.find('|') + 1);
  const auto section = ConfigTable::parse_text("[partition]\n" + skew, "p").table("partition");
  EXPECT_EQ(all_features(Partition(section, there.train, 3, 7).examples(there.train, 2)),
            Partition(section, here.train, 3, 7).examples(here.train, 2).features);
}

INSTANTIATE_TEST_SUITE_P(All, StreamedTransforms,
                         ::testing::Values("", "pad = 1\n", "crop = [4, 3]\n", "resize = [3, 2]\n",
                                           "flip = \"vertical\"\nrange = [-1.0, 3.0]\n", "pca = 4\n",
                                           "random_projection = 3\nrange = [0.0, 2.0]\n", "test_fraction = 0.3\n",
                                           "classes = [2, 0]\nvalidation_fraction = 0.2\n", "|rotation = 90.0\n",
                                           "pad = 2\ncrop = [7, 6]\nresize = [5, 5]\nflip = \"horizontal\"\n"
                                           "pca = 6\nrange = [0.5, 3.0]\ntest_fraction = 0.25\n"));

TEST_F(Streamed, ColumnsAreScaledByOnePassOverTheFile) {
  RandomStream stream({12, Purpose::test});
  std::vector<float> x(300 * 4), y(300);
  for (float& value : x) value = static_cast<float>(1e4 + 3 * stream.normal());
  for (std::size_t i = 0; i < 300; ++i) x[4 * i + 2] = 7, y[i] = static_cast<float>(i % 2);
  write_file(folder_.path() / "x.npy", format_npy(x, {300, 4}));
  write_file(folder_.path() / "y.npy", format_npy(y, {300}));
  for (const char* scaling : {"", "scaling = \"min_max\"\n", "scaling = \"standardise\"\n", "scaling = \"none\"\n"}) {
    const auto load_with = [&](const char* streamed) {
      const std::string text = fmt::format("[data]\nsource = \"numpy\"\nfile = \"{0}/x.npy\"\nlabels = \"{0}/y.npy\"\n",
                                           folder_.path().string()) +
                               scaling + streamed;
      return load(ConfigTable::parse_text(text, "d.toml").table("data"), 5);
    };
    const TrainTest there = load_with("streamed = true\n"), here = load_with("");
    EXPECT_TRUE(there.train.is_streamed());
    EXPECT_EQ(all_features(there.train), here.train.features);
    EXPECT_EQ(all_features(there.test), here.test.features);
    EXPECT_EQ(there.train.feature_low, here.train.feature_low);
    EXPECT_EQ(there.train.feature_high, here.train.feature_high);
  }
}

TEST_F(Streamed, MomentsAreThoseOfDataInMemory) {
  const Moments there = moments_of(stream_idx_images(images_, labels_, 3));
  const Moments here = moments_of(read_idx_images(images_, labels_, 3));
  EXPECT_EQ(there.mean, here.mean);
  EXPECT_EQ(there.scatter, here.scatter);
}

TEST_F(Streamed, NoiseOfAllExamplesTogetherIsRefused) {
  const Dataset data = stream_idx_images(images_, labels_, 3);
  expect_error(
      ErrorKind::configuration,
      [&] {
        Partition(ConfigTable::parse_text("[partition]\nnoise = 0.1\n", "p.toml").table("partition"), data, 2, 7);
      },
      "p.toml", "noise", "streamed");
}

}  // namespace
}  // namespace tacit::datasets
