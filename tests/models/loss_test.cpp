#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "models/losses/loss_function.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

double loss_of(Loss loss, const Values& outputs, const Values& targets, std::size_t count) {
  return loss_function<double>(loss).value({count, outputs.size() / count, outputs, targets});
}

TEST(SoftmaxCrossEntropy, HasTheTextbookValues) {
  EXPECT_NEAR(loss_of(Loss::softmax_cross_entropy, {0, 0, 0, 0}, {0, 1, 0, 0}, 1), std::log(4.0), 1e-15);
  // p = (3/4, 1/4) for logits log 3 and 0.
  const double z = std::log(3.0);
  EXPECT_NEAR(loss_of(Loss::softmax_cross_entropy, {z, 0}, {0.5, 0.5}, 1), -0.5 * std::log(0.75) - 0.5 * std::log(0.25),
              1e-15);
  EXPECT_NEAR(loss_of(Loss::softmax_cross_entropy, {z, 0, z, 0}, {1, 0, 0, 1}, 2),
              (-std::log(0.75) - std::log(0.25)) / 2, 1e-15);
  Values slope_z(2), slope_y(2);
  const Values outputs = {z, 0}, targets = {1, 0};
  loss_function<double>(Loss::softmax_cross_entropy).gradient({1, 2, outputs, targets}, {slope_z, slope_y});
  EXPECT_NEAR(slope_z[0], -0.25, 1e-15);
  EXPECT_NEAR(slope_z[1], 0.25, 1e-15);
  EXPECT_NEAR(slope_y[0], -std::log(0.75), 1e-15);
  EXPECT_NEAR(slope_y[1], -std::log(0.25), 1e-15);
}

TEST(SoftmaxCrossEntropy, StaysFiniteForHugeLogits) {
  const std::vector<float> outputs = {1e4f, -1e4f, 0.0f, 3e38f, -3e38f, 0.0f}, targets = {0, 1, 0, 1, 0, 0};
  std::vector<float> slope(6);
  const float loss = loss_function<float>(Loss::softmax_cross_entropy).gradient({2, 3, outputs, targets}, {slope, {}});
  EXPECT_FLOAT_EQ(loss, 1e4f);
  for (const float value : slope) EXPECT_TRUE(std::isfinite(value));
  EXPECT_FLOAT_EQ(slope[0], 0.5f);
  EXPECT_FLOAT_EQ(slope[1], -0.5f);
}

TEST(SoftmaxCrossEntropy, DoesNotHideNaN) {
  EXPECT_TRUE(std::isnan(loss_of(Loss::softmax_cross_entropy, {std::nan(""), 0}, {1, 0}, 1)));
  EXPECT_TRUE(std::isnan(loss_of(Loss::softmax_cross_entropy, {0, std::nan("")}, {1, 0}, 1)));
}

TEST(MeanSquaredError, IsTheMeanOverExamplesAndOutputs) {
  EXPECT_NEAR(loss_of(Loss::mean_squared_error, {1, 2, 3, 4}, {0, 0, 0, 0}, 2), (1 + 4 + 9 + 16) / 4.0, 1e-15);
  EXPECT_NEAR(loss_of(Loss::mean_squared_error, {0.5}, {-1}, 1), 2.25, 1e-15);
  Values slope_o(2), slope_y(2);
  const Values outputs = {3, 1}, targets = {1, 1};
  loss_function<double>(Loss::mean_squared_error).gradient({1, 2, outputs, targets}, {slope_o, slope_y});
  EXPECT_EQ(slope_o, (Values{2, 0}));
  EXPECT_EQ(slope_y, (Values{-2, 0}));
}

}  // namespace
}  // namespace tacit::models
