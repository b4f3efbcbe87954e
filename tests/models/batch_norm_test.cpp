#include "models/layers/batch_norm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/allocations.h"
#include "models/derivatives.h"
#include "models/model_zoo.h"
#include "models/training.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

Values sequence(std::size_t size, double (*function)(double), double slope) {
  Values values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = function(slope * static_cast<double>(i));
  return values;
}

/// Three examples of two channels with 2x2 pixels, as PyTorch 2.9 has them: BatchNorm2d(2, eps=0.3, momentum=0.25) with
/// weight (2, -3), bias (1, 5), running mean (0.5, -1) and variance (2, 4), on x_i = 10 sin(3 i) + 4.
struct TorchCase {
  BatchNorm<double> layer{{2, 2, 2}, {.epsilon = 0.3, .momentum = 0.25}};
  Values theta = {2, -3, 1, 5, 0.5, -1, 2, 4};
  Values x = sequence(24, std::sin, 3);
  std::unique_ptr<LayerScratch> scratch = layer.make_scratch();
  TorchCase() {
    for (double& value : x) value = 10 * value + 4;
  }
  Values forward(bool training) {
    Values y(24);
    const std::span<const double> inputs[] = {x};
    layer.forward({.count = 3,
                   .theta = theta,
                   .inputs = inputs,
                   .outputs = y,
                   .scratch = scratch.get(),
                   .mode = {.training = training, .masks = {}, .first_example = 0, .layer = 0, .statistics = {}}});
    return y;
  }
};

TEST(BatchNorm, AgreesWithPyTorchInTrainingAndEvaluation) {
  TorchCase of;
  expect_near(of.forward(true),
              {0.9716219523546128,  1.3864350839107096,  0.15029817689087402, 2.1830175707758173,  7.289061968328407,
               2.0860183452288132,  8.229026575251819,   1.2690060897962947,  -1.6902670411185772, 3.7828271050501994,
               -1.9326330693184777, 3.9107981590000738,  9.284625747249574,   0.7116419262108359,  8.954707480995426,
               1.206545205589499,   -1.2866129094308587, 2.9417172429806455,  -0.6709022964752086, 2.2537000253801924,
               6.273046119238286,   4.203130208089186,   5.05319270695082,    5.439997627071036},
              1e-13, "training");
  const std::span<const double> inputs[] = {of.x};
  of.layer.update_statistics(
      {.count = 3, .inputs = inputs, .theta = of.theta, .statistics = {}, .rate = {}, .scratch = of.scratch.get()});
  expect_near(of.theta, {2, -3, 1, 5, 1.3991356288397705, 0.21395644474457376, 14.044035546147628, 15.690087018200499},
              1e-14, "running statistics");
}

TEST(BatchNorm, HasTheGradientOfPyTorch) {
  TorchCase of;
  const Values upstream = sequence(24, std::cos, 1);
  Values theta_gradient(8), x_gradient(24);
  const std::span<const double> inputs[] = {of.x};
  const std::span<double> gradients[] = {x_gradient};
  of.layer.backward({.count = 3,
                     .theta = of.theta,
                     .inputs = inputs,
                     .outputs = {},
                     .upstream = upstream,
                     .theta_gradient = theta_gradient,
                     .inputs_gradients = gradients,
                     .scratch = of.scratch.get()});
  expect_near(theta_gradient,
              {0.7420222716730258, -0.5932909717796474, -1.3409146460053725, 0.8000001059860746, 0, 0, 0, 0}, 1e-13,
              "theta");
  expect_near({x_gradient.begin(), x_gradient.begin() + 6},
              {0.3270475278492514, 0.1881525325601124, -0.08175545806219618, -0.2689070848543753, 0.33231259591142503,
               -0.11618081141607019},
              1e-13, "x");
  EXPECT_NEAR(x_gradient[23], 0.2659917645708533, 1e-13);
}

TEST(BatchNorm, KnowsWhatTravelsAndWhatIsTrained) {
  const auto names = [](BatchStatistics statistics) {
    std::string all;
    for (const auto& declaration : BatchNorm<float>({3, 2, 2}, {.statistics = statistics}).parameters()) {
      EXPECT_EQ(declaration.shape, (Shape{3}));
      all += declaration.name + (declaration.trained ? "! " : " ");
    }
    return all;
  };
  EXPECT_EQ(names(BatchStatistics::averaged), "weight! bias! running_mean running_var ");
  EXPECT_EQ(names(BatchStatistics::frozen), "weight! bias! running_mean running_var ");
  EXPECT_EQ(names(BatchStatistics::local), "weight! bias! ");
  EXPECT_TRUE(BatchNorm<float>({3}).couples_examples());
  EXPECT_FALSE(BatchNorm<float>({3}, {.statistics = BatchStatistics::frozen}).couples_examples());
}

TEST(BatchNorm, IsDefinedForOneExample) {
  const BatchNorm<double> layer({2});
  Values theta = {2, 3, 5, 7, 0.5, 0.25, 4, 9}, y(2);
  const Values x = {10, -10};
  const std::span<const double> inputs[] = {x};
  const auto scratch = layer.make_scratch();
  layer.forward({.count = 1, .theta = theta, .inputs = inputs, .outputs = y, .scratch = scratch.get()});
  EXPECT_EQ(y, (Values{5, 7}));
  layer.update_statistics(
      {.count = 1, .inputs = inputs, .theta = theta, .statistics = {}, .rate = {}, .scratch = scratch.get()});
  // One value has a mean, but no unbiased variance.
  expect_near(theta, {2, 3, 5, 7, 0.9 * 0.5 + 1, 0.9 * 0.25 - 1, 4, 9}, 1e-15, "running statistics");
}

TEST(BatchNorm, RefusesWhatDoesNotFit) {
  EXPECT_THROW(BatchNorm<float>(Shape{}), Error);
  EXPECT_THROW(BatchNorm<float>({3, 0}), Error);
  EXPECT_THROW(BatchNorm<float>({3}, {.epsilon = 0}), Error);
  EXPECT_THROW(BatchNorm<float>({3}, {.momentum = 0}), Error);
  EXPECT_THROW(BatchNorm<float>({3}, {.momentum = std::nan("")}), Error);
}

ZooModel small(const std::string& batch_norm) {
  return {"small", layer("batch_norm", batch_norm) + layer("linear", "outputs = 3"), {4}, 3};
}

/// There is no such thing as the gradient of one example, so nobody may clip it and call the result private.
TEST(BatchNorm, RefusesGradientsOfSingleExamples) {
  const auto clip = [](const std::string& batch_norm) {
    const Model<double> model = build<double>(small(batch_norm));
    const Point point = random_point(model, 3, 1);
    Evaluation<double>(model).clipped_gradients(point.theta, point.examples(), 1, {}, {});
  };
  for (const char* coupled : {"", "statistics = \"local\""}) {
    try {
      clip(coupled);
      ADD_FAILURE() << "accepted " << coupled;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find("'batch_norm1'"), std::string::npos) << error.what();
    }
  }
  EXPECT_NO_THROW(clip("statistics = \"frozen\""));
  EXPECT_EQ(build<double>(small("")).coupling_layer(), "batch_norm1");
  EXPECT_EQ(build<double>(small("statistics = \"frozen\"")).coupling_layer(), "");
}

datasets::Dataset iris() {
  return datasets::load(
             ConfigTable::parse_text("[data]\nsource = \"iris\"\nscaling = \"none\"", "data.toml").table("data"), 1)
      .train;
}

constexpr RandomKey key{7, Purpose::local_order, 3, 5};

/// The running statistics of a client after its steps: those of its batches, whatever the optimizer does to the rest.
TEST(BatchNorm, StatisticsFollowTheBatchesAndNoOptimizer) {
  const auto data = iris();
  const Model<float> model = build<float>(small("momentum = 0.5"));
  const auto theta = model.initial_parameters(1);
  LocalTraining training;
  training.batch_size = 50;
  training.optimizer = OptimizerSettings::defaults("adamw");
  training.optimizer.weight_decay = 0.3;
  const LocalResult result = train_locally(model, theta, data, training, key);

  const auto order = examples_of_round(training, data.size(), key);
  Values mean(4, 0), variance(4, 1);
  for (std::size_t begin = 0; begin < order.size(); begin += 50) {
    const std::size_t count = std::min<std::size_t>(50, order.size() - begin);
    for (std::size_t f = 0; f < 4; ++f) {
      double sum = 0, squares = 0;
      for (std::size_t i = 0; i < count; ++i) sum += static_cast<double>(data.example(order[begin + i])[f]);
      const double middle = sum / static_cast<double>(count);
      for (std::size_t i = 0; i < count; ++i)
        squares += std::pow(static_cast<double>(data.example(order[begin + i])[f]) - middle, 2);
      mean[f] = (mean[f] + middle) / 2;
      variance[f] = (variance[f] + squares / static_cast<double>(count - 1)) / 2;
    }
  }
  const auto& entries = model.schema()->entries();
  ASSERT_EQ(entries[2].name, "batch_norm1.running_mean");
  ASSERT_EQ(entries[3].name, "batch_norm1.running_var");
  for (std::size_t f = 0; f < 4; ++f) {
    EXPECT_NEAR(result.update[entries[2].offset + f], mean[f], 2e-6);
    EXPECT_NEAR(result.update[entries[3].offset + f], variance[f] - 1, 2e-6);
  }
}

TEST(BatchNorm, FedSgdSendsTheChangeOfStatistics) {
  const auto data = iris();
  LocalTraining training;
  training.algorithm = LocalTraining::Algorithm::fedsgd;
  training.batch_size = data.size();
  const Model<float> model = build<float>(small(""));
  const auto theta = model.initial_parameters(1);
  const LocalResult result = train_locally(model, theta, data, training, key);
  double mean = 0;
  for (std::size_t i = 0; i < data.size(); ++i) mean += static_cast<double>(data.example(i)[0]) / data.size();
  EXPECT_NEAR(result.update[8], 0.1 * mean, 1e-6);

  const Model<float> frozen = build<float>(small("statistics = \"frozen\""));
  const LocalResult still = train_locally(frozen, theta, data, training, key);
  for (std::size_t i = 8; i < 16; ++i) EXPECT_EQ(still.update[i], 0) << i;
  EXPECT_NE(still.update[0], 0);
}

/// Simultaneous perturbation moves what is trained alone.
TEST(BatchNorm, SpsaLeavesStatisticsAlone) {
  LocalTraining training;
  training.gradient.kind = GradientSource::Kind::spsa;
  const Model<float> frozen = build<float>(small("statistics = \"frozen\""));
  const LocalResult result = train_locally(frozen, frozen.initial_parameters(1), iris(), training, key);
  for (std::size_t i = 8; i < 16; ++i) EXPECT_EQ(result.update[i], 0) << i;
  EXPECT_NE(result.update[0], 0);
}

/// With local statistics, an evaluation normalises by its own data, sorted or not.
TEST(BatchNorm, LocalStatisticsAreThoseOfTheEvaluatedData) {
  auto data = iris();
  const Model<float> local = build<float>(small("statistics = \"local\""));
  const Model<float> frozen = build<float>(small("statistics = \"frozen\""));
  const auto theta = local.initial_parameters(1);
  std::vector<float> with_statistics = frozen.initial_parameters(1);
  std::copy(theta.begin(), theta.begin() + 8, with_statistics.begin());
  std::copy(theta.begin() + 8, theta.end(), with_statistics.begin() + 16);
  for (std::size_t f = 0; f < 4; ++f) {
    double mean = 0, squares = 0;
    for (std::size_t i = 0; i < data.size(); ++i) mean += static_cast<double>(data.example(i)[f]) / data.size();
    for (std::size_t i = 0; i < data.size(); ++i)
      squares += std::pow(static_cast<double>(data.example(i)[f]) - mean, 2);
    with_statistics[8 + f] = static_cast<float>(mean);
    with_statistics[12 + f] = static_cast<float>(squares / static_cast<double>(data.size()));
  }
  const Evaluated here = evaluate(local, theta, data), expected = evaluate(frozen, with_statistics, data);
  EXPECT_NEAR(here.loss, expected.loss, 1e-6);
  EXPECT_EQ(here.accuracy, expected.accuracy);
  // Several pieces of a sorted data set: a piece would be a class if it took neighbours.
  std::vector<std::size_t> many;
  for (std::size_t copy = 0; copy < 8; ++copy)
    for (std::size_t i = 0; i < data.size(); ++i) many.push_back(i);
  std::stable_sort(many.begin(), many.end(), [&](auto a, auto b) { return data.labels[a] < data.labels[b]; });
  EXPECT_NEAR(evaluate(local, theta, data.subset(many)).loss, expected.loss, 1e-5);
  EXPECT_THROW(Evaluation<float>(local).predict(theta, data.example(0), 1), Error);
}

TEST(BatchNorm, DoesNotAllocateInTraining) {
  for (const ZooModel& entry : training_zoo()) {
    const Model<double> model = build<double>(entry);
    Point point = random_point(model, 6, 1), gradient = zeros_like(point), tangent = zeros_like(point);
    const Point direction = random_direction(model, 6, 2);
    Evaluation<double> evaluation(model);
    const auto use = [&] {
      evaluation.gradient(point.theta, point.examples(), spans(gradient));
      evaluation.update_statistics(point.theta);
      evaluation.gradient_tangent(point.theta, point.examples(), direction_of(direction), spans(gradient),
                                  spans(tangent));
      evaluation.observe(point.theta, point.inputs, point.count, true);
      evaluation.predict(point.theta, point.inputs, point.count);
    };
    use();
    const std::size_t before = allocations();
    use();
    EXPECT_EQ(allocations(), before);
  }
}

}  // namespace
}  // namespace tacit::models
