#include "core/files.h"
#include "datasets/files.h"
#include "datasets/readers/cifar.h"
#include "datasets/readers/compressed_file.h"
#include "datasets/readers/idx.h"

namespace tacit::datasets {
namespace {

using namespace std::string_literals;

std::string idx(unsigned char rank, std::vector<std::uint32_t> extents, const std::string& bytes) {
  std::string text = "\0\0\x08"s;
  text += static_cast<char>(rank);
  for (const std::uint32_t extent : extents)
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(extent >> shift & 255);
  return text + bytes;
}

class BinaryReadersTest : public ::testing::Test {
 protected:
  std::filesystem::path file(std::string_view name, std::string_view content) {
    return write_file(folder_.path() / name, content);
  }
  TemporaryFolder folder_;
};

TEST_F(BinaryReadersTest, ReadsIdxImagesWithLabels) {
  const auto images = write_gzip(folder_.path() / "images.gz", idx(3, {2, 1, 3}, "\x00\xff\x33\x01\x02\x03"s));
  const auto labels = file("labels", idx(1, {2}, "\x01\x00"s));
  const Dataset data = read_idx_images(images, labels, 2);
  EXPECT_EQ(data.feature_shape, (Shape{1, 1, 3}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{1, 0}));
  EXPECT_FLOAT_EQ(data.features[1], 1.0f);
  EXPECT_FLOAT_EQ(data.features[2], 0.2f);
  EXPECT_FLOAT_EQ(data.features[5], 3.0f / 255.0f);
}

TEST_F(BinaryReadersTest, RefusesMalformedIdx) {
  const auto refuse = [&](const std::string& content, auto... pieces) {
    expect_error(
        ErrorKind::data, [&] { read_idx(file("broken", content), 3); }, "broken", pieces...);
  };
  refuse("", "0 bytes", "header");
  refuse("\0\0\x08\x03"s, "too few");
  refuse(idx(1, {2, 1, 3}, "123456"), "magic", "0x00000801", "0x00000803");
  refuse(idx(3, {2, 1, 3}, "12345"), "5 bytes of data, expected 6");
  refuse(idx(3, {2, 1, 3}, "1234567"), "7 bytes of data, expected 6");
  // The product of these extents is 0 modulo 2^64.
  refuse(idx(3, {0x80000000, 0x80000000, 4}, ""), "more bytes");
  refuse(idx(3, {0xffffffff, 0xffffffff, 0xffffffff}, "123"), "more bytes");
}

TEST_F(BinaryReadersTest, RefusesIdxFilesThatDisagree) {
  const auto images = file("images", idx(3, {2, 1, 1}, "ab"));
  expect_error(
      ErrorKind::data, [&] { read_idx_images(images, file("labels", idx(1, {3}, "\0\0\0"s)), 10); }, "3 labels",
      "2 images");
  expect_error(
      ErrorKind::data, [&] { read_idx_images(images, file("labels", idx(1, {2}, "\0\x0a"s)), 10); }, "labels",
      "label 10 of example 1");
}

TEST_F(BinaryReadersTest, DetectsTruncatedAndCorruptGzip) {
  std::string payload;
  for (int i = 0; i < 100'000; ++i) payload += static_cast<char>(i * 7919 >> 3);
  const auto whole = write_gzip(folder_.path() / "whole.gz", payload);
  EXPECT_EQ(read_maybe_compressed(whole), payload);
  expect_error(
      ErrorKind::data, [&] { read_maybe_compressed(whole, 99'999); }, "whole.gz", "99999");

  const std::string bytes = read_text(whole);
  for (const std::size_t length : {bytes.size() - 1, bytes.size() - 8, bytes.size() / 2, std::size_t{30}})
    expect_error(
        ErrorKind::data, [&] { read_maybe_compressed(file("cut.gz", bytes.substr(0, length))); }, "cut.gz",
        "truncated");
  std::string flipped = bytes;
  flipped[bytes.size() - 6] ^= 1;  // in the checksum
  expect_error(
      ErrorKind::data, [&] { read_maybe_compressed(file("flipped.gz", flipped)); }, "flipped.gz", "corrupt");
}

TEST_F(BinaryReadersTest, WhatStandsBehindAGzipStreamIsAnotherOneOrRefused) {
  const std::string one = read_text(write_gzip(folder_.path() / "a.gz", "first ")),
                    two = read_text(write_gzip(folder_.path() / "b.gz", "second"));
  EXPECT_EQ(read_maybe_compressed(file("both.gz", one + two)), "first second");
  expect_error(
      ErrorKind::data, [&] { read_maybe_compressed(file("junk.gz", one + "junk")); }, "junk.gz", "no gzip stream",
      "from byte " + std::to_string(one.size()));
  expect_error(
      ErrorKind::data, [&] { read_maybe_compressed(file("zero.gz", one + '\0')); }, "zero.gz", "no gzip stream");
  expect_error(
      ErrorKind::data, [&] { read_maybe_compressed(file("half.gz", one + two.substr(0, 12))); }, "half.gz",
      "truncated");
}

TEST_F(BinaryReadersTest, ReadsCifarAndRefusesBrokenRecords) {
  std::string record(3073, '\0');
  record[0] = 9;
  record[1] = '\xff';
  record[3072] = '\x33';
  const Dataset data = read_cifar10(file("batch.bin", record + record));
  EXPECT_EQ(data.size(), 2u);
  EXPECT_EQ(data.feature_shape, (Shape{3, 32, 32}));
  EXPECT_EQ(data.labels, (std::vector<std::int32_t>{9, 9}));
  EXPECT_FLOAT_EQ(data.example(1)[0], 1.0f);
  EXPECT_FLOAT_EQ(data.example(1)[3071], 0.2f);

  expect_error(
      ErrorKind::data, [&] { read_cifar10(file("batch.bin", record + "x")); }, "batch.bin", "3074 bytes");
  expect_error(
      ErrorKind::data, [&] { read_cifar10(file("batch.bin", "")); }, "0 bytes");
  std::string wrong = record;
  wrong[0] = 10;
  expect_error(
      ErrorKind::data, [&] { read_cifar10(file("batch.bin", record + wrong)); }, "label 10 of record 1");
}

}  // namespace
}  // namespace tacit::datasets
