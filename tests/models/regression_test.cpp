// Models that answer with real numbers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/random.h"
#include "models/model_zoo.h"
#include "models/training.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using datasets::Dataset;
using ::testing::HasSubstr;

/// y = 0.7 cos x over evenly spread x in (-pi, pi).
Dataset cosine(std::size_t size, double shift) {
  Dataset data;
  data.name = "cosine";
  data.feature_shape = {1};
  data.feature_low = -std::numbers::pi_v<float>;
  data.feature_high = std::numbers::pi_v<float>;
  data.target_size = 1;
  for (std::size_t i = 0; i < size; ++i) {
    const double x = std::numbers::pi * (2 * (static_cast<double>(i) + shift) / static_cast<double>(size) - 1);
    data.features.push_back(static_cast<float>(x));
    data.targets.push_back(static_cast<float>(0.7 * std::cos(x)));
  }
  return data;
}

Model<float> regressor(const std::string& text, std::size_t targets = 1, const Shape& shape = {1}) {
  return build_model<float>(ConfigTable::parse_text("[model]\n" + text, "m.toml").table("model"), shape,
                            LearningTask::regression(targets));
}

Evaluated trained(const Model<float>& model, const LocalTraining& training, std::size_t rounds) {
  const Dataset train = cosine(64, 0.5), test = cosine(50, 0.2);
  std::vector<float> theta = model.initial_parameters(3);
  for (std::uint32_t round = 1; round <= rounds; ++round) {
    const LocalResult result = train_locally(model, theta, train, training, {7, Purpose::local_order, round, 0});
    for (std::size_t p = 0; p < theta.size(); ++p) theta[p] += result.update[p];
  }
  return evaluate(model, theta, test);
}

TEST(Regression, ACircuitLearnsACosine) {
  const Model<float> model = regressor("preset = \"vqc_regressor\"\ninput_scale = 1.0\n");
  EXPECT_EQ(model.task(), LearningTask::regression(1));
  EXPECT_EQ(model.loss(), Loss::mean_squared_error);  // the default without labels
  LocalTraining training;
  training.local_epochs = 40;
  training.batch_size = 16;
  training.optimizer = OptimizerSettings::defaults("adam");
  training.learning_rate = 0.05;
  const Evaluated result = trained(model, training, 1);
  EXPECT_GT(result.r_squared, 0.97);
  EXPECT_TRUE(std::isnan(result.accuracy));
}

TEST(Regression, AnMlpLearnsACosineWithHuberToo) {
  for (const std::string loss : {"mean_squared_error", "huber"}) {
    LocalTraining training;
    training.local_epochs = 150;
    training.optimizer = OptimizerSettings::defaults("adam");
    training.learning_rate = 0.01;
    const Model<float> model = regressor("loss = \"" + loss + "\"\npreset = \"mlp\"\nhidden = [16]\n");
    EXPECT_EQ(model.schema()->size(), 16u + 16 + 16 + 1);
    EXPECT_GT(trained(model, training, 1).r_squared, 0.97) << loss;
  }
}

// Against the formulas, by hand: a linear model without bias at chosen weights.
TEST(Regression, ErrorsAreThoseOfTheirDefinitions) {
  const Model<float> model = regressor("[[model.layers]]\ntype = \"linear\"\noutputs = 2\nbias = false\n", 2);
  Dataset data;
  data.name = "three";
  data.feature_shape = {1};
  data.features = {1, 2, 3};
  data.target_size = 2;
  data.targets = {2, 0, 4, 1, 7, -1};
  const std::vector<float> theta = {2, 0.5f};  // outputs: 2 0.5, 4 1, 6 1.5
  const Evaluated result = evaluate(model, theta, data);
  const double squares = 0.5 * 0.5 + 1 + 2.5 * 2.5;
  EXPECT_NEAR(result.rmse, std::sqrt(squares / 6), 1e-7);
  EXPECT_NEAR(result.loss, squares / 6, 1e-6);
  const double mean = 13.0 / 3;
  const double spread = std::pow(2 - mean, 2) + std::pow(4 - mean, 2) + std::pow(7 - mean, 2) + 2;
  EXPECT_NEAR(result.r_squared, 1 - squares / spread, 1e-7);
  EXPECT_EQ(result.examples, 3u);

  Dataset flat = data;
  flat.targets = {2, 1, 2, 1, 2, 1};
  EXPECT_TRUE(std::isnan(evaluate(model, theta, flat).r_squared));
  EXPECT_FALSE(std::isnan(evaluate(model, theta, flat).rmse));
}

TEST(Regression, WhatIsAboutClassesIsRefused) {
  const std::string layers = "[[model.layers]]\ntype = \"linear\"\noutputs = 1\n";
  for (const std::string loss : {"softmax_cross_entropy", "binary_cross_entropy", "hinge"})
    EXPECT_THAT(refusal(ErrorKind::configuration, [&] { regressor("loss = \"" + loss + "\"\n" + layers); }),
                AllOf(HasSubstr("model.loss"), HasSubstr("real-valued targets")));
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { regressor(layers, 3); }), HasSubstr("expected 3"));
  const Model<float> model = regressor(layers);
  EXPECT_THROW(model.targets_of(std::vector<std::int32_t>{0}), Error);
  EXPECT_THROW(model.label_of(std::vector<float>{0}), Error);
  const Model<float> classifier = build<float>({"c", "loss = \"mean_squared_error\"\n" + layers, {1}, 2});
  const std::vector<float> theta(2);
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { evaluate(classifier, theta, cosine(4, 0)); }),
              HasSubstr("1 real-valued targets, the model answers with 0"));
  Dataset labelled = cosine(4, 0);
  labelled.target_size = 0;
  labelled.targets.clear();
  labelled.labels = {0, 1, 0, 1};
  labelled.classes = 2;
  EXPECT_THAT(refusal(ErrorKind::usage, [&] { evaluate(model, theta, labelled); }), HasSubstr("answers with 1"));
}

}  // namespace
}  // namespace tacit::models
