#include "evaluation/sample_mean.h"

#include <array>

#include "evaluation/colour_pictures.h"

namespace tacit::evaluation {
namespace {

TEST(SampleMeans, AreMeansWithTheirInterval) {
  const SampleMean mean = sample_mean(std::array{1.0, 2.0, 3.0, 6.0});
  EXPECT_DOUBLE_EQ(mean.mean, 3);
  EXPECT_DOUBLE_EQ(mean.deviation, std::sqrt(14.0 / 3));
  EXPECT_NEAR(mean.high - mean.mean, 1.96 * std::sqrt(14.0 / 3) / 2, 1e-12);
  EXPECT_NEAR(mean.mean - mean.low, mean.high - mean.mean, 1e-12);
  EXPECT_EQ(sample_mean(std::array{5.0}).deviation, 0);
}

TEST(PictureQualities, AreThoseOfTheBestMatch) {
  const datasets::Dataset pictures = colour_pictures({}).data;
  EXPECT_EQ(pictures.feature_shape, (Shape{3, 32, 32}));
  const datasets::Dataset client = client_with(pictures, std::array<std::size_t, 2>{3, 90}, 10);
  std::vector<double> swapped(client.features.begin(), client.features.end());
  std::rotate(swapped.begin(), swapped.begin() + 3072, swapped.end());
  for (double& value : swapped) value += 0.01;
  const PictureQuality quality = picture_quality(swapped, client);
  EXPECT_NEAR(quality.psnr, 40, 1e-3);
  EXPECT_NEAR(quality.mse, 1e-4, 1e-7);
  EXPECT_GT(quality.ssim, 0.99);
}

}  // namespace
}  // namespace tacit::evaluation
