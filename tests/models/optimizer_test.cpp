#include "models/optimizers/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"

namespace tacit::models {
namespace {

TEST(Sgd, StepsAgainstTheGradient) {
  const auto plain = make_optimizer<double>("sgd", 2, 0.5);
  std::vector<double> theta = {1, 2};
  const std::vector<double> gradient = {2, -4};
  plain->step(theta, gradient);
  EXPECT_EQ(theta, (std::vector<double>{0, 4}));
}

TEST(Sgd, MomentumAddsUpAsAGeometricSeries) {
  const auto heavy = make_optimizer<double>("sgd", 1, 1.0, 0.5);
  std::vector<double> theta = {0};
  const std::vector<double> gradient = {1};
  for (int i = 0; i < 3; ++i) heavy->step(theta, gradient);
  EXPECT_DOUBLE_EQ(theta[0], -(1 + 1.5 + 1.75));
}

/// A constant gradient makes both corrected moments exact, so each step is learning_rate * sign(g) but for epsilon.
TEST(Adam, StepsByTheLearningRateForAConstantGradient) {
  const auto adam = make_optimizer<double>("adam", 2, 0.1);
  std::vector<double> theta = {0, 0};
  const std::vector<double> gradient = {3, -0.001};
  for (int step = 1; step <= 20; ++step) {
    adam->step(theta, gradient);
    EXPECT_NEAR(theta[0], -0.1 * step, 1e-7);
    EXPECT_NEAR(theta[1], 0.1 * step, 1e-4);
  }
}

/// Algorithm 1 of Kingma and Ba, written out for one parameter.
TEST(Adam, FollowsThePublishedAlgorithm) {
  const auto adam = make_optimizer<double>("adam", 1, 0.01);
  std::vector<double> theta = {1};
  double expected = 1, m = 0, v = 0;
  for (int t = 1; t <= 50; ++t) {
    const double g = std::cos(0.3 * t) * expected;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const std::vector<double> gradient = {std::cos(0.3 * t) * theta[0]};
    adam->step(theta, gradient);
    expected -= 0.01 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
    ASSERT_NEAR(theta[0], expected, 1e-12);
  }
}

TEST(Optimizer, RefusesUnknownNames) {
  EXPECT_THROW(make_optimizer<float>("lbfgs", 1, 0.1), Error);
}

}  // namespace
}  // namespace tacit::models
