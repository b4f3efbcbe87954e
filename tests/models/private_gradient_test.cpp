#include "models/private_gradient.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/model_zoo.h"
#include "refusal.h"

namespace tacit::models {
namespace {

constexpr RandomKey key{7, Purpose::local_order, 3, 5};
using Values = std::vector<float>;

// One linear output and mean squared error: the gradient of one example is 2 (w x + b - y) (x, 1), by hand.
TEST(PrivateGradient, IsTheMeanOfClippedGradientsWithoutNoise) {
  const Model<float> model =
      build<float>({"plane", "loss = \"mean_squared_error\"\n" + layer("linear", "outputs = 1"), {2}, 2});
  const Values theta = {0.3f, -0.2f, 0.1f}, inputs = {1, 2, -1, 0.5f, 0.01f, 0}, targets = {1, -1, 0.1f};
  for (const double bound : {0.5, 3.0, 1e6}) {
    std::vector<double> expected(3);
    for (std::size_t b = 0; b < 3; ++b) {
      const double x = inputs[2 * b], y = inputs[2 * b + 1];
      const double slope = 2 * (0.3f * x - 0.2f * y + 0.1f - targets[b]);
      const double gradient[] = {slope * x, slope * y, slope};
      const double norm = std::abs(slope) * std::sqrt(x * x + y * y + 1);
      for (std::size_t p = 0; p < 3; ++p) expected[p] += gradient[p] * std::min(1.0, bound / norm) / 3;
    }
    Values gradient(3);
    PrivateGradient(model, bound, 0, key).estimate(theta, {inputs, targets, 3}, gradient);
    for (std::size_t p = 0; p < 3; ++p) EXPECT_NEAR(gradient[p], expected[p], 1e-6) << bound;
  }
}

TEST(PrivateGradient, AddsNoiseInUnitsOfTheBoundToTheSum) {
  const Model<float> model = build<float>({"wide", layer("linear", "outputs = 100"), {99}, 100});
  const Values theta(10'000), inputs(4 * 99, 0.1f);
  const Values targets = model.targets_of(std::vector<std::int32_t>{1, 2, 3, 4});
  Values plain(theta.size()), noisy(theta.size()), again(theta.size());
  PrivateGradient(model, 0.7, 0, key).estimate(theta, {inputs, targets, 4}, plain);
  PrivateGradient source(model, 0.7, 1.3, key);
  source.estimate(theta, {inputs, targets, 4}, noisy);
  double mean = 0, variance = 0;
  for (std::size_t p = 0; p < theta.size(); ++p) mean += (noisy[p] - plain[p]) / 1e4;
  for (std::size_t p = 0; p < theta.size(); ++p) variance += std::pow(noisy[p] - plain[p] - mean, 2) / 1e4;
  const double sigma = 1.3 * 0.7 / 4;
  EXPECT_NEAR(mean, 0, 4 * sigma / 100);
  EXPECT_NEAR(std::sqrt(variance), sigma, 4 * sigma / std::sqrt(2e4));
  source.estimate(theta, {inputs, targets, 4}, again);
  EXPECT_NE(noisy, again) << "every step has noise of its own";
  PrivateGradient(model, 0.7, 1.3, key).estimate(theta, {inputs, targets, 4}, again);
  EXPECT_EQ(noisy, again);
  PrivateGradient(model, 0.7, 1.3, {7, key.purpose, 3, 6}).estimate(theta, {inputs, targets, 4}, again);
  EXPECT_NE(noisy, again);
}

TEST(PrivateGradient, RefusesBoundsThatAreNone) {
  const Model<float> model = build<float>({"plane", layer("linear", "outputs = 2"), {2}, 2});
  refusal(ErrorKind::usage, [&] { PrivateGradient(model, 0, 1, key); });
  refusal(ErrorKind::usage, [&] { PrivateGradient(model, 1, -1, key); });
  refusal(ErrorKind::usage, [&] { PrivateGradient(model, HUGE_VAL, 1, key); });
}

}  // namespace
}  // namespace tacit::models
