#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "core/error.h"
#include "models/derivatives.h"
#include "models/graph.h"
#include "models/layers/linear.h"
#include "models/losses/loss_function.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

void expect_values(const Values& got, const Values& expected) {
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-15) << i;
}

double loss_of(Loss loss, const Values& outputs, const Values& targets, std::size_t count,
               const LossSettings& settings = {}) {
  const std::size_t size = outputs.size() / count;
  return make_loss_function<double>(loss, settings, size)->value({count, size, outputs, targets});
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
  make_loss_function<double>(Loss::softmax_cross_entropy, {}, 2)
      ->gradient({1, 2, outputs, targets}, {slope_z, slope_y});
  EXPECT_NEAR(slope_z[0], -0.25, 1e-15);
  EXPECT_NEAR(slope_z[1], 0.25, 1e-15);
  EXPECT_NEAR(slope_y[0], -std::log(0.75), 1e-15);
  EXPECT_NEAR(slope_y[1], -std::log(0.25), 1e-15);
}

TEST(SoftmaxCrossEntropy, StaysFiniteForHugeLogits) {
  const std::vector<float> outputs = {1e4f, -1e4f, 0.0f, 3e38f, -3e38f, 0.0f}, targets = {0, 1, 0, 1, 0, 0};
  std::vector<float> slope(6);
  const float loss =
      make_loss_function<float>(Loss::softmax_cross_entropy, {}, 3)->gradient({2, 3, outputs, targets}, {slope, {}});
  EXPECT_FLOAT_EQ(loss, 1e4f);
  for (const float value : slope) EXPECT_TRUE(std::isfinite(value));
  EXPECT_FLOAT_EQ(slope[0], 0.5f);
  EXPECT_FLOAT_EQ(slope[1], -0.5f);
}

TEST(SoftmaxCrossEntropy, DoesNotHideNaN) {
  EXPECT_TRUE(std::isnan(loss_of(Loss::softmax_cross_entropy, {std::nan(""), 0}, {1, 0}, 1)));
  EXPECT_TRUE(std::isnan(loss_of(Loss::softmax_cross_entropy, {0, std::nan("")}, {1, 0}, 1)));
}

/// With s = 0.3 and three classes the target is (0.1, 0.8, 0.1); each term is weighted by its class.
TEST(SoftmaxCrossEntropy, SpreadsAndWeightsTheTarget) {
  const Values outputs = {0.5, -1, 2}, target = {0, 1, 0};
  const double normaliser = std::log(std::exp(0.5) + std::exp(-1.0) + std::exp(2.0));
  const Values log_p = {0.5 - normaliser, -1 - normaliser, 2 - normaliser};
  EXPECT_NEAR(loss_of(Loss::softmax_cross_entropy, outputs, target, 1, {.label_smoothing = 0.3}),
              -(0.1 * log_p[0] + 0.8 * log_p[1] + 0.1 * log_p[2]), 1e-14);
  EXPECT_NEAR(
      loss_of(Loss::softmax_cross_entropy, outputs, target, 1, {.label_smoothing = 0.3, .class_weights = {2, 0.5, 3}}),
      -(2 * 0.1 * log_p[0] + 0.5 * 0.8 * log_p[1] + 3 * 0.1 * log_p[2]), 1e-14);
  EXPECT_EQ(loss_of(Loss::softmax_cross_entropy, {0, 0, 1e4, 0}, {1, 0, 0, 1}, 2, {.class_weights = {1, 0}}),
            std::log(2.0) / 2)
      << "an example of a class without weight counts in the mean and adds nothing";
}

TEST(Huber, IsSquaredNearAndAbsoluteFar) {
  const Values outputs = {1.5, -4}, targets = {1, 1};
  EXPECT_NEAR(loss_of(Loss::huber, outputs, targets, 1, {.huber_delta = 2}), (0.125 + 2 * (5 - 1)) / 2, 1e-15);
  Values slope(2), back(2);
  make_loss_function<double>(Loss::huber, {.huber_delta = 2}, 2)->gradient({1, 2, outputs, targets}, {slope, back});
  EXPECT_EQ(slope, (Values{0.25, -1}));
  EXPECT_EQ(back, (Values{-0.25, 1}));
}

TEST(Hinge, OfOneOutputIsLinearInsideTheMargin) {
  EXPECT_EQ(loss_of(Loss::hinge, {0.25}, {1}, 1), 0.75);
  EXPECT_EQ(loss_of(Loss::hinge, {0.25}, {-1}, 1), 1.25);
  EXPECT_EQ(loss_of(Loss::hinge, {3}, {1}, 1), 0);
  EXPECT_EQ(loss_of(Loss::hinge, {0.25, -3}, {1, -1}, 2, {.margin = 2}), 1.75 / 2);
}

TEST(Hinge, OfSeveralOutputsComparesTheRightOneWithEachOther) {
  // Against class 1 with margin 1: max(0, 1 - 2 + 1.5) + max(0, 1 - 2 - 4) over three classes.
  EXPECT_NEAR(loss_of(Loss::hinge, {1.5, 2, -4}, {0, 1, 0}, 1), 0.5 / 3, 1e-15);
  EXPECT_NEAR(loss_of(Loss::hinge, {1.5, 2, -4}, {1, 0, 0}, 1), 1.5 / 3, 1e-15);
  EXPECT_NEAR(loss_of(Loss::hinge, {1.5, 2, -4}, {0.25, 0.75, 0}, 1), (0.25 * 1.5 + 0.75 * 0.5) / 3, 1e-15);
  const Values outputs = {1.5, 2, -4}, targets = {0, 1, 0};
  Values slope(3), back(3);
  make_loss_function<double>(Loss::hinge, {}, 3)->gradient({1, 3, outputs, targets}, {slope, back});
  expect_values(slope, {1.0 / 3, -1.0 / 3, 0});
  expect_values(back, {1.5 / 3, 0.5 / 3, (6.5 + 7.0) / 3});
}

TEST(BinaryCrossEntropy, HasTheTextbookValues) {
  const double z = std::log(3.0);  // p = 3/4
  EXPECT_NEAR(loss_of(Loss::binary_cross_entropy, {z}, {1}, 1), -std::log(0.75), 1e-15);
  EXPECT_NEAR(loss_of(Loss::binary_cross_entropy, {z}, {-1}, 1), -std::log(0.25), 1e-15);
  EXPECT_NEAR(loss_of(Loss::binary_cross_entropy, {z, -z, 0}, {1, 0, 0}, 1), (-2 * std::log(0.75) + std::log(2.0)) / 3,
              1e-15);
  // The weight of class 1 is the second; smoothing turns the target 1 into 0.9.
  EXPECT_NEAR(loss_of(Loss::binary_cross_entropy, {z}, {1}, 1, {.label_smoothing = 0.2, .class_weights = {2, 5}}),
              -5 * 0.9 * std::log(0.75) - 2 * 0.1 * std::log(0.25), 1e-14);
  EXPECT_NEAR(loss_of(Loss::binary_cross_entropy, {z, z}, {1, 0}, 1, {.class_weights = {2, 5}}),
              (-2 * std::log(0.75) - 5 * std::log(0.25)) / 2, 1e-14);
}

TEST(BinaryCrossEntropy, StaysFiniteForHugeLogits) {
  const std::vector<float> outputs = {1e4f, -1e4f, 3e38f}, targets = {0, 1, 1};
  std::vector<float> slope(3);
  const float loss =
      make_loss_function<float>(Loss::binary_cross_entropy, {}, 3)->gradient({1, 3, outputs, targets}, {slope, {}});
  EXPECT_FLOAT_EQ(loss, 2e4f / 3);
  EXPECT_FLOAT_EQ(slope[0], 1.0f / 3);
  EXPECT_FLOAT_EQ(slope[1], -1.0f / 3);
  EXPECT_EQ(slope[2], 0.0f);
}

TEST(Loss, NoneHidesNaN) {
  for (const Loss loss : {Loss::mean_squared_error, Loss::huber, Loss::hinge, Loss::binary_cross_entropy}) {
    EXPECT_TRUE(std::isnan(loss_of(loss, {std::nan(""), 0}, {1, 0}, 1))) << to_string(loss);
    EXPECT_TRUE(std::isnan(loss_of(loss, {std::nan("")}, {1}, 1))) << to_string(loss);
  }
}

TEST(Loss, RefusesSettingsThatDoNotSuitIt) {
  const auto refused = [](Loss loss, const LossSettings& settings, std::size_t outputs, const std::string& piece) {
    try {
      make_loss_function<float>(loss, settings, outputs);
      ADD_FAILURE() << "accepted, expected: " << piece;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  refused(Loss::softmax_cross_entropy, {}, 1, "two outputs");
  refused(Loss::huber, {.label_smoothing = 0.1}, 2, "huber has no label_smoothing");
  refused(Loss::hinge, {.class_weights = {1, 1}}, 2, "hinge has no class_weights");
  refused(Loss::hinge, {.huber_delta = 2}, 2, "hinge has no huber_delta");
  refused(Loss::huber, {.margin = 2}, 2, "huber has no margin");
  refused(Loss::huber, {.huber_delta = 0}, 2, "huber_delta is 0");
  refused(Loss::hinge, {.margin = std::nan("")}, 2, "margin is nan");
  refused(Loss::softmax_cross_entropy, {.label_smoothing = 1}, 2, "label_smoothing is 1");
  refused(Loss::softmax_cross_entropy, {.class_weights = {1, 1, 1}}, 2, "3 numbers");
  refused(Loss::binary_cross_entropy, {.class_weights = {1}}, 1, "each of 2 classes");
  refused(Loss::binary_cross_entropy, {.class_weights = {1, -1}}, 2, "-1");
  refused(Loss::binary_cross_entropy, {.class_weights = {0, 0}}, 2, "all zero");
}

/// One linear layer under the loss, so that derivatives by parameters, inputs and targets all pass through it.
Model<double> under(Loss loss, const LossSettings& settings, std::size_t outputs) {
  Graph<double> graph({4});
  graph.chain("head", std::make_shared<const Linear<double>>(Shape{4}, outputs));
  return Model<double>(std::move(graph), loss, settings);
}

TEST(Loss, EachIsExactToSecondOrder) {
  const std::vector<std::pair<Loss, LossSettings>> losses = {
      {Loss::softmax_cross_entropy, {.label_smoothing = 0.2}},
      {Loss::softmax_cross_entropy, {.label_smoothing = 0.1, .class_weights = {0.5, 2, 1.5}}},
      {Loss::mean_squared_error, {}},
      {Loss::huber, {}},
      {Loss::huber, {.huber_delta = 0.3}},
      {Loss::hinge, {}},
      {Loss::hinge, {.margin = 2.5}},
      {Loss::binary_cross_entropy, {}},
      {Loss::binary_cross_entropy, {.label_smoothing = 0.1, .class_weights = {0.5, 2, 1.5}}},
  };
  for (const std::size_t outputs : {1, 3})
    for (auto [loss, settings] : losses) {
      if (outputs == 1 && loss == Loss::softmax_cross_entropy) continue;
      if (outputs == 1 && !settings.class_weights.empty()) settings.class_weights = {0.5, 2};
      SCOPED_TRACE(to_string(loss) + " of " + std::to_string(outputs));
      const Model<double> model = under(loss, settings, outputs);
      for (const std::size_t count : {1, 5}) {
        const Point point = random_point(model, count, 71);
        expect_gradient_is_derivative_of_loss(model, point);
        expect_tangent_is_derivative_of_gradient(model, point, random_direction(model, count, 72));
        expect_symmetric_hessian(model, point, 73);
      }
    }
}

TEST(MeanSquaredError, IsTheMeanOverExamplesAndOutputs) {
  EXPECT_NEAR(loss_of(Loss::mean_squared_error, {1, 2, 3, 4}, {0, 0, 0, 0}, 2), (1 + 4 + 9 + 16) / 4.0, 1e-15);
  EXPECT_NEAR(loss_of(Loss::mean_squared_error, {0.5}, {-1}, 1), 2.25, 1e-15);
  Values slope_o(2), slope_y(2);
  const Values outputs = {3, 1}, targets = {1, 1};
  make_loss_function<double>(Loss::mean_squared_error, {}, 2)->gradient({1, 2, outputs, targets}, {slope_o, slope_y});
  EXPECT_EQ(slope_o, (Values{2, 0}));
  EXPECT_EQ(slope_y, (Values{-2, 0}));
}

}  // namespace
}  // namespace tacit::models
