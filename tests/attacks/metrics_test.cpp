#include <algorithm>
#include <numbers>
#include <numeric>

#include "attacks/metrics/assignment.h"
#include "attacks/metrics/bootstrap.h"
#include "attacks/metrics/circular_distance.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/label_accuracy.h"
#include "attacks/metrics/ssim.h"
#include "attacks/metrics/wilson.h"
#include "attacks/random_vector.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

TEST(Psnr, KnownValues) {
  EXPECT_DOUBLE_EQ(psnr(0.01, 1), 20);
  EXPECT_DOUBLE_EQ(psnr(1, 255), 20 * std::log10(255.0));
  EXPECT_EQ(psnr(0, 1), std::numeric_limits<double>::infinity());
  EXPECT_EQ(psnr(std::numeric_limits<double>::infinity(), 1), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(psnr(std::nan(""), 1), -std::numeric_limits<double>::infinity());
  expect_error([] { psnr(0.1, 0); }, ErrorKind::usage, {"positive range"});
}

TEST(Psnr, AnExactImageDoesNotMakeTheMeanInfinite) {
  EXPECT_DOUBLE_EQ(mean_psnr(std::vector<double>{20, std::numeric_limits<double>::infinity()}),
                   0.5 * (20 + exact_psnr));
}

TEST(MeanSquaredError, KnownValue) {
  EXPECT_DOUBLE_EQ(mean_squared_error(std::vector<double>{1, 2}, std::vector<double>{2, 5}), 5);
  expect_error([] { mean_squared_error(std::vector<double>{1}, std::vector<double>{}); }, ErrorKind::usage, {"1", "0"});
}

TEST(Ssim, OneForIdenticalImagesOfAnySize) {
  for (const Shape& shape : {Shape{1, 8, 8}, Shape{28, 28}, Shape{3, 32, 32}, Shape{1, 3, 2}, Shape{11, 11}}) {
    const auto image = uniform_vector(element_count(shape), 0, 1, 1);
    EXPECT_NEAR(*ssim(image, image, shape, 1), 1, 1e-12) << tacit::to_string(shape);
  }
}

TEST(Ssim, ConstantImagesFollowTheLuminanceTerm) {
  // Without variance SSIM is (2 m1 m2 + C1) / (m1^2 + m2^2 + C1).
  const double c1 = 1e-4;
  const double expected = (2 * 0.2 * 0.8 + c1) / (0.2 * 0.2 + 0.8 * 0.8 + c1);
  for (const Shape& shape : {Shape{1, 8, 8}, Shape{1, 16, 16}}) {
    const std::size_t size = element_count(shape);
    EXPECT_NEAR(*ssim(std::vector<double>(size, 0.2), std::vector<double>(size, 0.8), shape, 1), expected, 1e-12);
  }
}

TEST(Ssim, OneWindowByHand) {
  // 2 x 2: one uniform window over all four pixels.
  const std::vector<double> a{0, 1, 0, 1}, b{0, 0, 1, 1};
  const double c1 = 1e-4, c2 = 9e-4, mean = 0.5, variance = 0.25;
  EXPECT_NEAR(*ssim(a, b, {2, 2}, 1), (2 * mean * mean + c1) * c2 / ((2 * mean * mean + c1) * (2 * variance + c2)),
              1e-12);
}

TEST(Ssim, InvertedContrastIsNegativeAndScaleFollowsTheRange) {
  const auto image = uniform_vector(256, 0, 1, 2);
  auto inverted = image, bright = image, bright_inverted = image;
  for (std::size_t i = 0; i < 256; ++i) {
    inverted[i] = 1 - image[i];
    bright[i] = 255 * image[i];
    bright_inverted[i] = 255 * inverted[i];
  }
  EXPECT_LT(*ssim(image, inverted, {16, 16}, 1), -0.5);
  EXPECT_NEAR(*ssim(image, inverted, {16, 16}, 1), *ssim(bright, bright_inverted, {16, 16}, 255), 1e-12);
}

TEST(Ssim, OnlyImagesHaveOne) {
  EXPECT_FALSE(ssim(std::vector<double>(6), std::vector<double>(6), {6}, 1));
  EXPECT_FALSE(ssim(std::vector<double>(6), std::vector<double>(6), {1, 6}, 1));
}

TEST(LabelAccuracy, IsTheOverlapOfMultisets) {
  EXPECT_DOUBLE_EQ(label_accuracy(std::vector<std::int32_t>{3, 1, 1}, std::vector<std::int32_t>{1, 3, 1}), 1);
  EXPECT_DOUBLE_EQ(label_accuracy(std::vector<std::int32_t>{1, 1, 1, 1}, std::vector<std::int32_t>{1, 2, 3, 1}), 0.5);
  EXPECT_DOUBLE_EQ(label_accuracy({}, std::vector<std::int32_t>{1, 2}), 0);
}

TEST(CircularDistance, TakesTheShortWay) {
  const double pi = std::numbers::pi;
  EXPECT_NEAR(circular_distance(0.1, 2 * pi - 0.1), 0.2, 1e-12);
  EXPECT_NEAR(circular_distance(0, 7 * pi), pi, 1e-12);
  EXPECT_NEAR(circular_distance(1.0, -1.0), 2.0, 1e-12);  // cos(1) = cos(-1), yet they differ
  EXPECT_NEAR(largest_circular_distance(std::vector<double>{0, 1}, std::vector<double>{2 * pi, 1.5}), 0.5, 1e-12);
  EXPECT_NEAR(mean_squared_circular_distance(std::vector<double>{0, 1}, std::vector<double>{2 * pi, 1.5}), 0.125,
              1e-12);
}

double brute_force(std::span<const double> cost, std::size_t rows, std::size_t columns) {
  std::vector<std::size_t> order(columns);
  std::iota(order.begin(), order.end(), std::size_t{0});
  double best = std::numeric_limits<double>::infinity();
  do {
    double total = 0;
    for (std::size_t i = 0; i < rows; ++i) total += cost[i * columns + order[i]];
    best = std::min(best, total);
  } while (std::next_permutation(order.begin(), order.end()));
  return best;
}

TEST(Assignment, AgreesWithBruteForce) {
  RandomStream random({5, Purpose::test, 0, 0});
  for (int trial = 0; trial < 300; ++trial) {
    const std::size_t columns = 1 + random.below(6), rows = 1 + random.below(columns);
    std::vector<double> cost(rows * columns);
    for (double& value : cost) value = trial % 2 == 0 ? random.uniform(-1, 1) : static_cast<double>(random.below(4));
    const auto column_of = optimal_assignment(cost, rows, columns);
    double total = 0;
    for (std::size_t i = 0; i < rows; ++i) total += cost[i * columns + column_of[i]];
    EXPECT_NEAR(total, brute_force(cost, rows, columns), 1e-12);
    auto sorted = column_of;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::adjacent_find(sorted.begin(), sorted.end()), sorted.end());
  }
}

TEST(Assignment, FindsAHiddenPermutationOfManyRows) {
  std::vector<std::size_t> hidden(120);
  std::iota(hidden.begin(), hidden.end(), std::size_t{0});
  RandomStream random({6, Purpose::test, 0, 0});
  random.shuffle(std::span(hidden));
  std::vector<double> cost(120 * 120);
  for (double& value : cost) value = random.uniform(1, 2);
  for (std::size_t i = 0; i < 120; ++i) cost[i * 120 + hidden[i]] = random.uniform(0, 0.5);
  EXPECT_EQ(optimal_assignment(cost, 120, 120), hidden);
}

TEST(Assignment, RefusesBadSizesAndCosts) {
  expect_error([] { optimal_assignment(std::vector<double>(6), 3, 2); }, ErrorKind::usage, {"3", "2"});
  expect_error(
      [] {
        optimal_assignment(std::vector<double>{0, std::nan("")}, 1, 2);
      },
      ErrorKind::usage, {"row 0", "column 1"});
}

TEST(WilsonInterval, PublishedValues) {
  // 81 of 263: (0.2553, 0.3662) (Newcombe, Statistics in Medicine 17, 1998, Table I); 0 of 20: (0, 0.1611).
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 5e-5);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 5e-5);
  EXPECT_EQ(wilson_interval(0, 20).low, 0);
  EXPECT_EQ(wilson_interval(6, 6).high, 1);
  EXPECT_EQ(wilson_interval(0, 6).low, 0);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 5e-5);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
}

TEST(Wilson, OfARateIsThatOfItsCounts) {
  const Interval counted = wilson_interval(7, 20), rated = wilson_interval_of_rate(0.35, 20);
  EXPECT_DOUBLE_EQ(counted.low, rated.low);
  EXPECT_DOUBLE_EQ(counted.high, rated.high);
  expect_error([] { wilson_interval_of_rate(1.5, 20); }, ErrorKind::usage, {"1.5"});
  expect_error([] { wilson_interval_of_rate(std::nan(""), 20); }, ErrorKind::usage, {"nan"});
}

TEST(Bootstrap, AgreesWithTheNormalIntervalOfManyValues) {
  const std::vector<double> values = uniform_vector(400, 0, 1, 8);
  double mean = 0, square = 0;
  for (const double value : values) mean += value / 400, square += value * value / 400;
  const double half = 1.96 * std::sqrt((square - mean * mean) / 400);
  const Interval interval = bootstrap_interval(values, 3);
  EXPECT_NEAR(interval.low, mean - half, 0.15 * half);
  EXPECT_NEAR(interval.high, mean + half, 0.15 * half);
  const Interval again = bootstrap_interval(values, 3);
  EXPECT_EQ(interval.low, again.low);
  EXPECT_EQ(interval.high, again.high);
}

TEST(Bootstrap, OfOneValueIsThatValue) {
  const Interval interval = bootstrap_interval(std::vector<double>{2.5});
  EXPECT_EQ(interval.low, 2.5);
  EXPECT_EQ(interval.high, 2.5);
  expect_error([] { bootstrap_interval({}); }, ErrorKind::usage, {"at least one"});
  expect_error(
      [] {
        bootstrap_interval(std::vector<double>{1, std::numeric_limits<double>::infinity()});
      },
      ErrorKind::usage, {"finite"});
}

}  // namespace
}  // namespace tacit::attacks
