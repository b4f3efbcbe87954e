#include <gmock/gmock.h>

#include <cmath>

#include "core/random.h"
#include "datasets/dataset.h"
#include "datasets/files.h"
#include "datasets/transforms/frame_images.h"
#include "datasets/transforms/projection.h"
#include "datasets/transforms/rotate_images.h"
#include "datasets/transforms/standardise.h"

namespace tacit::datasets {
namespace {

using ::testing::ElementsAre;

Dataset with_features(Shape shape, std::vector<float> features) {
  Dataset data;
  data.name = "made";
  data.labels.resize(features.size() / element_count(shape));
  data.feature_shape = std::move(shape);
  data.features = std::move(features);
  data.classes = 2;
  return data;
}

TEST(Standardise, GivesTheTrainingPartMeanZeroAndDeviationOne) {
  RandomStream stream({3, Purpose::test});
  std::vector<float> features;
  for (int i = 0; i < 500; ++i)
    for (const double scale : {1.0, 1e-3, 0.0}) features.push_back(static_cast<float>(1000 + scale * stream.normal()));
  const Dataset data = with_features({3}, features);
  const Standardiser scaler(data);
  const Dataset scaled = scaler.apply(data);
  for (const std::size_t feature : {0u, 1u}) {
    double sum = 0, squares = 0;
    for (std::size_t i = feature; i < scaled.features.size(); i += 3) {
      sum += scaled.features[i];
      squares += double{scaled.features[i]} * scaled.features[i];
    }
    EXPECT_NEAR(sum / 500, 0, 1e-4);
    EXPECT_NEAR(squares / 500, 1, 1e-4);
  }
  for (std::size_t i = 2; i < scaled.features.size(); i += 3) EXPECT_EQ(scaled.features[i], 0);
  const Dataset beyond = scaler.apply(with_features({3}, {2000, 0, 5}));
  EXPECT_EQ(beyond.features[0], scaled.feature_high);
  EXPECT_EQ(beyond.features[1], scaled.feature_low);
  expect_error(
      ErrorKind::usage,
      [&] {
        scaler.apply(with_features({2}, {1, 2}));
      },
      "2 features", "3");
}

TEST(Projection, PrincipalComponentsAreUncorrelatedOrderedAndKeepTheVariance) {
  RandomStream stream({5, Purpose::test});
  std::vector<float> features;
  for (int i = 0; i < 400; ++i) {
    const double along = 3 * stream.normal(), across = 0.5 * stream.normal();
    // Turned by the angle whose cosine is 0.6; the third feature follows the first.
    features.push_back(static_cast<float>(7 + 0.6 * along - 0.8 * across));
    features.push_back(static_cast<float>(-2 + 0.8 * along + 0.6 * across));
    features.push_back(static_cast<float>(0.01 * stream.normal()));
  }
  const Dataset data = with_features({3}, features);
  const Projection pca = principal_components(data, 2);
  EXPECT_NEAR(pca.weights[0], 0.6, 0.02);
  EXPECT_NEAR(pca.weights[1], 0.8, 0.02);
  EXPECT_NEAR(std::abs(pca.weights[3]), 0.8, 0.02);
  const Dataset projected = pca.apply(data);
  EXPECT_EQ(projected.feature_shape, Shape{2});
  double sums[2] = {}, squares[2] = {}, product = 0;
  for (std::size_t i = 0; i < 400; ++i) {
    const double a = projected.features[2 * i], b = projected.features[2 * i + 1];
    sums[0] += a, sums[1] += b, squares[0] += a * a, squares[1] += b * b, product += a * b;
  }
  EXPECT_NEAR(sums[0] / 400, 0, 1e-5);
  EXPECT_NEAR(product / 400, 0, 1e-4);
  EXPECT_NEAR(squares[0] / 400, 9, 1.5);
  EXPECT_NEAR(squares[1] / 400, 0.25, 0.05);
  expect_error(
      ErrorKind::usage, [&] { principal_components(data, 4); }, "1 to 3 components, not 4");
}

TEST(Projection, RandomProjectionKeepsDistancesOnAverageAndIsSeeded) {
  const Projection one = random_projection(64, 32, 1);
  EXPECT_EQ(one.weights, random_projection(64, 32, 1).weights);
  EXPECT_NE(one.weights, random_projection(64, 32, 2).weights);
  std::vector<float> features(64 * 50);
  RandomStream stream({9, Purpose::test});
  double before = 0, after = 0;
  for (float& feature : features) feature = static_cast<float>(stream.normal());
  for (const float feature : features) before += double{feature} * feature;
  for (const float feature : one.apply(with_features({64}, features)).features) after += double{feature} * feature;
  EXPECT_NEAR(after / before, 1, 0.15);
}

TEST(FrameImages, PadCropAndFlipPlaceEveryPixel) {
  const Dataset data = with_features({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
  EXPECT_THAT(flip_images(data, FlipAxis::horizontal).features, ElementsAre(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10));
  EXPECT_THAT(flip_images(data, FlipAxis::vertical).features, ElementsAre(4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9));
  const Dataset padded = pad_images(data, 1);
  EXPECT_EQ(padded.feature_shape, (Shape{2, 4, 5}));
  EXPECT_EQ(padded.features[0], 0);
  EXPECT_EQ(padded.features[6], 1);
  EXPECT_EQ(padded.features[20 + 13], 12);
  EXPECT_EQ(crop_images(padded, 2, 3).features, data.features);
  EXPECT_THAT(crop_images(data, 1, 1).features, ElementsAre(2, 8));
  expect_error(
      ErrorKind::usage, [&] { crop_images(data, 3, 1); }, "2 x 3", "3 x 1");
  expect_error(
      ErrorKind::usage,
      [] {
        pad_images(with_features({3}, {1, 2, 3}), 1);
      },
      "padded");
}

TEST(RotateImages, QuarterTurnsMoveWholePixelsAndAFullTurnNothing) {
  const Dataset data = with_features({1, 2, 2}, {0.1f, 0.2f, 0.3f, 0.4f});
  const Dataset quarter = rotate_images(data, 90), full = rotate_images(data, 360);
  const float expected[] = {0.2f, 0.4f, 0.1f, 0.3f};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(quarter.features[i], expected[i], 1e-6);
    EXPECT_NEAR(full.features[i], data.features[i], 1e-6);
  }
}

TrainTest load_text(const std::string& text) {
  return load(ConfigTable::parse_text("[data]\n" + text, "test.toml").table("data"), 1);
}

TEST(LoadTransforms, AreAppliedInTheirOrderAndStayWithinTheBounds) {
  const TrainTest framed =
      load_text("source = \"digits\"\npad = 1\ncrop = [8, 9]\nresize = [4, 3]\nflip = \"vertical\"");
  EXPECT_EQ(framed.train.feature_shape, (Shape{1, 4, 3}));
  const TrainTest projected = load_text("source = \"digits\"\npca = 5\nrange = [-1.0, 1.0]");
  EXPECT_EQ(projected.test.feature_shape, Shape{5});
  for (const float feature : projected.test.features) EXPECT_LE(std::abs(feature), 1);
  const TrainTest table = load_text("source = \"wine\"\nscaling = \"standardise\"\nrandom_projection = 4");
  EXPECT_EQ(table.train.feature_shape, Shape{4});
  const TrainTest raw = load_text("source = \"wine\"\nscaling = \"none\"");
  EXPECT_GT(raw.train.feature_high, 1000);
}

TEST(LoadTransforms, ThatDoNotFitAreRefusedWithTheirKey) {
  const auto refused = [](const std::string& text, const auto&... pieces) {
    expect_error(
        ErrorKind::configuration, [&] { load_text(text); }, pieces...);
  };
  refused("source = \"wine\"\npad = 1", "test.toml:3", "table");
  refused("source = \"digits\"\nscaling = \"none\"", "test.toml:3", "images");
  refused("source = \"digits\"\ncrop = [9, 1]", "test.toml:3", "8 x 8");
  refused("source = \"iris\"\npca = 5", "test.toml:3", "1 to 4");
  refused("source = \"iris\"\npca = 2\nrandom_projection = 2", "test.toml:4", "together");
  refused("source = \"digits\"\nflip = \"diagonal\"", "test.toml:3", "horizontal");
}

}  // namespace
}  // namespace tacit::datasets
