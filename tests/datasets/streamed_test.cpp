// Features that stay in their files.
#include <gmock/gmock.h>

#include <numeric>

#include "core/files.h"
#include "core/npy.h"
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
  EXPECT_THROW(moments_of(stream_idx_images(images_, labels_, 3)), Error);

  const auto refused = [&](const std::string& more, const std::string& key) {
    const std::string text = "[data]\nsource = \"idx\"\nstreamed = true\nlabel_count = 3\nimages = \"" +
                             images_.string() + "\"\nlabels = \"" + labels_.string() + "\"\n" + more;
    expect_error(
        ErrorKind::configuration, [&] { load(ConfigTable::parse_text(text, "d.toml").table("data"), 1); }, "d.toml",
        key, "streamed");
  };
  refused("pad = 1\n", "pad");
  refused("pca = 2\n", "pca");
  refused("range = [0.0, 2.0]\n", "range");
}

}  // namespace
}  // namespace tacit::datasets
