#include "core/random.h"
#include "datasets/files.h"
#include "datasets/transforms/keep_classes.h"
#include "datasets/transforms/min_max.h"
#include "datasets/transforms/resize_images.h"
#include "datasets/transforms/scale_range.h"

namespace tacit::datasets {
namespace {

Dataset table(std::vector<float> features, std::vector<std::int32_t> labels, std::size_t classes) {
  Dataset data;
  data.name = "table";
  data.feature_shape = {static_cast<std::int64_t>(features.size() / labels.size())};
  data.features = std::move(features);
  data.labels = std::move(labels);
  data.classes = classes;
  return data;
}

TEST(Subset, KeepsOrderAndRefusesIndicesOutOfRange) {
  const Dataset data = table({0, 1, 2, 3, 4, 5}, {0, 1, 2}, 3);
  const std::vector<std::size_t> indices = {2, 0, 2};
  const Dataset part = data.subset(indices);
  EXPECT_EQ(part.features, (std::vector<float>{4, 5, 0, 1, 4, 5}));
  EXPECT_EQ(part.labels, (std::vector<std::int32_t>{2, 0, 2}));
  const std::vector<std::size_t> beyond = {3};
  expect_error(
      ErrorKind::usage, [&] { data.subset(beyond); }, "example 3");
  EXPECT_EQ(data.subset({}).feature_size(), 2u);
}

TEST(KeepClasses, RenumbersInTheOrderGiven) {
  const Dataset data = table({0, 1, 2, 3, 4}, {0, 1, 2, 1, 0}, 3);
  const std::vector<std::int64_t> kept = {1, 0};
  const Dataset part = keep_classes(data, kept);
  EXPECT_EQ(part.features, (std::vector<float>{0, 1, 3, 4}));
  EXPECT_EQ(part.labels, (std::vector<std::int32_t>{1, 0, 0, 1}));
  EXPECT_EQ(part.classes, 2u);
}

TEST(KeepClasses, RefusesWhatDoesNotExist) {
  const Dataset data = table({0, 1}, {0, 1}, 3);
  const auto refuse = [&](ErrorKind kind, std::vector<std::int64_t> kept, const char* piece) {
    expect_error(
        kind, [&] { keep_classes(data, kept); }, piece);
  };
  refuse(ErrorKind::usage, {0, 3}, "class 3");
  refuse(ErrorKind::usage, {0, -1}, "class -1");
  refuse(ErrorKind::usage, {0, 0}, "twice");
  refuse(ErrorKind::usage, {1}, "two at least");
  refuse(ErrorKind::data, {0, 2}, "no example of class 2");
}

TEST(ResizeImages, AveragesAreas) {
  Dataset data = table({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {0}, 2);
  data.feature_shape = {1, 4, 4};
  data.feature_high = 15;
  const Dataset half = resize_images(data, 2, 2);
  EXPECT_EQ(half.feature_shape, (Shape{1, 2, 2}));
  EXPECT_EQ(half.features, (std::vector<float>{2.5f, 4.5f, 10.5f, 12.5f}));
  EXPECT_EQ(resize_images(data, 4, 4).features, data.features);
  EXPECT_FLOAT_EQ(resize_images(data, 1, 1).features[0], 7.5f);
  // Four columns to three: a new column is one old one and a third of its neighbour.
  const Dataset thirds = resize_images(data, 1, 3);
  EXPECT_NEAR(thirds.features[0], 6.0 + (0.0 * 3 + 1.0) / 4, 1e-5);
  EXPECT_NEAR(thirds.features[1], 7.5, 1e-5);
  EXPECT_NEAR(thirds.features[2], 6.0 + (2.0 + 3 * 3.0) / 4, 1e-5);
}

TEST(ResizeImages, KeepsTheMeanAndTheBoundsOfEveryPlane) {
  RandomStream stream({7, Purpose::test});
  Dataset data;
  data.feature_shape = {3, 7, 5};
  data.classes = 2;
  data.labels = {0, 1};
  for (int i = 0; i < 2 * 3 * 35; ++i) data.features.push_back(i < 35 ? 1.0f : static_cast<float>(stream.uniform()));
  const Dataset small = resize_images(data, 3, 2);
  for (std::size_t plane = 0; plane < 6; ++plane) {
    double before = 0, after = 0;
    for (std::size_t i = 0; i < 35; ++i) before += double{data.features[plane * 35 + i]} / 35;
    for (std::size_t i = 0; i < 6; ++i) {
      after += double{small.features[plane * 6 + i]} / 6;
      EXPECT_LE(small.features[plane * 6 + i], 1.0f);
    }
    EXPECT_NEAR(before, after, 1e-6);
  }
}

TEST(ResizeImages, RefusesTablesAndEnlargement) {
  Dataset data = table({0, 1, 2, 3}, {0}, 2);
  expect_error(
      ErrorKind::usage, [&] { resize_images(data, 1, 1); }, "[4]", "only images");
  data.feature_shape = {1, 2, 2};
  expect_error(
      ErrorKind::usage, [&] { resize_images(data, 3, 2); }, "3 x 2");
  expect_error(
      ErrorKind::usage, [&] { resize_images(data, 0, 2); }, "0 x 2");
}

TEST(ScaleRange, MapsBoundsToBounds) {
  Dataset data = table({0, 8, 16}, {0, 1, 0}, 2);
  data.feature_high = 16;
  const Dataset scaled = scale_range(data, -1, 3);
  EXPECT_EQ(scaled.features, (std::vector<float>{-1, 1, 3}));
  EXPECT_EQ(scaled.feature_low, -1.0f);
  EXPECT_EQ(scaled.feature_high, 3.0f);
  expect_error(
      ErrorKind::usage, [&] { scale_range(data, 1, 1); }, "empty");
}

TEST(MinMax, TakesBoundsFromTrainingAndClampsTheRest) {
  const Dataset training = table({0, 5, 10, 5, 5, 5}, {0, 1, 0}, 2);
  const MinMaxScaler scaler(training);
  EXPECT_EQ(scaler.apply(training).features, (std::vector<float>{0, 0, 1, 0, 0.5f, 0}));
  EXPECT_EQ(scaler.apply(table({-1, 5, 20, 9}, {0, 1}, 2)).features, (std::vector<float>{0, 0, 1, 0}));
  expect_error(
      ErrorKind::usage,
      [&] {
        scaler.apply(table({1, 2, 3}, {0}, 2));
      },
      "3 features");
  expect_error(
      ErrorKind::usage, [&] { MinMaxScaler{training.subset({})}; }, "no example");
}

}  // namespace
}  // namespace tacit::datasets
