#include "models/layers/dropout.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "core/error.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"
#include "models/training.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

constexpr MaskKey key{.seed = 5, .round = 2, .client = 7, .step = 3};

/// What ones become: the factors themselves.
Values factors(const Dropout<double>& layer, std::size_t count, const PassMode<double>& mode) {
  const std::size_t size = count * element_count(layer.output_shape());
  const Values ones(size, 1.0);
  Values outputs(size);
  const std::span<const double> inputs[] = {ones};
  const auto scratch = layer.make_scratch();
  layer.forward(
      {.count = count, .theta = {}, .inputs = inputs, .outputs = outputs, .scratch = scratch.get(), .mode = mode});
  return outputs;
}

PassMode<double> masked(const MaskKey& by, std::size_t first = 0, std::uint32_t number = 0) {
  return {.training = true, .masks = by, .first_example = first, .layer = number, .statistics = {}};
}

TEST(Dropout, DropsItsShareAndScalesTheRest) {
  for (const double rate : {0.1, 0.5, 0.8}) {
    const Dropout<double> layer({100}, rate);
    const Values drawn = factors(layer, 1000, masked(key));
    std::size_t dropped = 0;
    for (const double factor : drawn) {
      if (factor == 0) {
        ++dropped;
      } else {
        ASSERT_EQ(factor, 1 / (1 - rate));
      }
    }
    const double deviation = std::sqrt(rate * (1 - rate) / 1e5);
    EXPECT_NEAR(static_cast<double>(dropped) / 1e5, rate, 4 * deviation);
  }
}

TEST(Dropout, IsTheIdentityInEvaluationAndWithoutAKey) {
  const Dropout<double> layer({5}, 0.5);
  const Values ones(15, 1.0);
  EXPECT_EQ(factors(layer, 3, {}), ones);
  PassMode<double> evaluation = masked(key);
  evaluation.training = false;
  EXPECT_EQ(factors(layer, 3, evaluation), ones);
  EXPECT_EQ(factors(Dropout<double>({5}, 0), 3, masked(key)), ones);
  EXPECT_THROW(Dropout<double>({5}, 1), Error);
  EXPECT_THROW(Dropout<double>({5}, -0.1), Error);
  EXPECT_THROW(Dropout<double>({5}, std::nan("")), Error);
}

TEST(Dropout, MasksAreAFunctionOfEverythingThatTellsUnitsApart) {
  const Dropout<double> layer({64}, 0.5);
  const Values here = factors(layer, 1, masked(key));
  EXPECT_EQ(factors(layer, 1, masked(key)), here);
  std::set<Values> others = {here, factors(layer, 1, masked(key, 1)), factors(layer, 1, masked(key, 0, 1))};
  MaskKey other = key;
  other.seed += 1;
  others.insert(factors(layer, 1, masked(other)));
  for (std::uint32_t MaskKey::*part : {&MaskKey::round, &MaskKey::client, &MaskKey::step}) {
    other = key;
    other.*part += 1;
    others.insert(factors(layer, 1, masked(other)));
  }
  EXPECT_EQ(others.size(), 7u);
  // An example keeps its mask in whatever batch it is computed.
  const Values three = factors(layer, 3, masked(key));
  for (std::size_t b = 0; b < 3; ++b)
    EXPECT_EQ(factors(layer, 1, masked(key, b)), Values(three.begin() + static_cast<std::ptrdiff_t>(64 * b),
                                                        three.begin() + static_cast<std::ptrdiff_t>(64 * (b + 1))));
}

/// Examples one by one draw what they drew in the batch.
TEST(Dropout, ClippedGradientsHaveTheMasksOfTheBatch) {
  const Model<double> model = build<double>(training_zoo()[2]);
  const Point point = random_point(model, 5, 3);
  Evaluation<double> evaluation = masked_evaluation(model);
  std::vector<double> sum(point.theta.size());
  evaluation.clipped_gradients(point.theta, point.examples(), std::numeric_limits<double>::infinity(), sum, {});
  for (double& value : sum) value /= 5;
  expect_near(sum, gradient_at(model, point).theta, 1e-13, "mean");
  std::vector<double> without(point.theta.size());
  Evaluation<double>(model).gradient(point.theta, point.examples(), {.theta = without, .inputs = {}, .targets = {}});
  EXPECT_NE(without, gradient_at(model, point).theta);
}

/// The local steps of a client by hand, each with masks of its own.
TEST(Dropout, EveryLocalStepHasItsMasks) {
  const auto data =
      datasets::load(ConfigTable::parse_text("[data]\nsource = \"iris\"", "data.toml").table("data"), 1).train;
  const Model<float> model =
      build<float>({"small",
                    layer("linear", "outputs = 20") + layer("tanh") + layer("dropout") + layer("linear", "outputs = 3"),
                    {4},
                    3});
  const auto theta = model.initial_parameters(1);
  constexpr RandomKey order_key{7, Purpose::local_order, 3, 5};
  LocalTraining training;
  training.batch_size = 40;
  const LocalResult result = train_locally(model, theta, data, training, order_key);
  EXPECT_EQ(train_locally(model, theta, data, training, order_key).update, result.update);

  const auto order = examples_of_round(training, data.size(), order_key);
  std::vector<float> now = theta, gradient(theta.size());
  Evaluation<float> evaluation(model);
  for (std::uint32_t step = 0; step < 3; ++step) {
    const auto batch = data.subset(std::span(order).subspan(40 * step, 40));
    const auto targets = model.targets_of(batch.labels);
    evaluation.set_masks(MaskKey{7, 3, 5, step});
    evaluation.gradient(now, {batch.features, targets, 40}, {gradient, {}, {}});
    for (std::size_t i = 0; i < now.size(); ++i) now[i] -= 0.1f * gradient[i];
  }
  for (std::size_t i = 0; i < now.size(); ++i) ASSERT_NEAR(result.update[i], now[i] - theta[i], 1e-6f) << i;
}

}  // namespace
}  // namespace tacit::models
