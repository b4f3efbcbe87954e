#include "models/example_mixing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/model_zoo.h"
#include "models/training.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;

constexpr RandomKey key{7, Purpose::local_order, 3, 5};

ExampleMixing mixing(ExampleMixing::Kind kind, std::size_t examples = 3, double largest = 0.65) {
  return {kind, examples, largest};
}

datasets::Dataset numbers(std::size_t count) {
  datasets::Dataset data;
  data.name = "numbers";
  data.feature_shape = {2};
  data.classes = 3;
  for (std::size_t i = 0; i < count; ++i) {
    data.features.push_back(static_cast<float>(i + 1));
    data.features.push_back(static_cast<float>(100 * (i + 1)));
    data.labels.push_back(static_cast<std::int32_t>(i % 3));
  }
  return data;
}

Model<float> plane() {
  return build<float>({"plane", layer("linear", "outputs = 3"), {2}, 3});
}

/// Uniform on the simplex in another way: the gaps between sorted uniform numbers.
std::vector<double> gaps(std::size_t count, RandomStream& stream) {
  std::vector<double> cuts{0, 1};
  while (cuts.size() < count + 1) cuts.push_back(stream.uniform());
  std::sort(cuts.begin(), cuts.end());
  std::vector<double> result(count);
  for (std::size_t i = 0; i < count; ++i) result[i] = cuts[i + 1] - cuts[i];
  return result;
}

struct Setting {
  std::size_t count;
  double largest;
};
constexpr Setting settings[] = {{2, 0.65}, {3, 0.5}, {4, 0.65}, {6, 0.3}};

TEST(ExampleMixing, TheAllowedPartIsWhatDrawingFinds) {
  for (const Setting& setting : settings) {
    RandomStream stream({2, Purpose::test, static_cast<std::uint32_t>(setting.count), 0});
    constexpr int draws = 40'000;
    int inside = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const auto shares = gaps(setting.count, stream);
      inside += *std::max_element(shares.begin(), shares.end()) <= setting.largest;
    }
    EXPECT_NEAR(allowed_part(setting.count, setting.largest), static_cast<double>(inside) / draws, 4 * 0.5 / 200);
  }
  EXPECT_EQ(allowed_part(4, 1), 1);
  EXPECT_NEAR(allowed_part(2, 0.65), 0.3, 1e-12);  // a share in [0.35, 0.65]
  EXPECT_NEAR(allowed_part(4, 0.25), 0, 1e-12);
}

TEST(ExampleMixing, SharesAreUniformBelowTheirBound) {
  for (const Setting& setting : settings) {
    RandomStream stream({1, Purpose::test}), other({2, Purpose::test});
    constexpr int draws = 20'000;
    double squares = 0, expected = 0;
    for (int draw = 0; draw < draws; ++draw) {
      const auto shares = draw_shares(setting.count, setting.largest, stream);
      ASSERT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1, 1e-12);
      ASSERT_LE(*std::max_element(shares.begin(), shares.end()), setting.largest);
      ASSERT_GE(*std::min_element(shares.begin(), shares.end()), 0);
      squares += shares[0] * shares[0] / draws;
      std::vector<double> independent;
      do independent = gaps(setting.count, other);
      while (*std::max_element(independent.begin(), independent.end()) > setting.largest);
      expected += independent[0] * independent[0] / draws;
    }
    EXPECT_NEAR(squares, expected, 0.03 * expected) << setting.count;
  }
}

TEST(ExampleMixing, MixesAnExampleWithOthersAndTheirTargetsAlike) {
  const datasets::Dataset data = numbers(5);
  const std::vector<float> targets = plane().targets_of(data.labels);
  ExampleMixer mixer(mixing(ExampleMixing::Kind::mixup), data, targets, key);
  for (int draw = 0; draw < 200; ++draw) {
    std::vector<float> features(2), target(3);
    mixer.mix(2, features, target);
    EXPECT_NEAR(features[1], 100 * features[0], 1e-2) << "shares are those of examples, not of elements";
    EXPECT_NEAR(target[0] + target[1] + target[2], 1, 1e-6);
    EXPECT_GE(features[0], 1);
    EXPECT_LE(features[0], 0.65 * 5 + 0.35 * 4 + 1e-5);
    EXPECT_GT(target[2], 0) << "example 2, of class 2, always has a share";
  }
}

TEST(ExampleMixing, InstaHideIsMixupWithRandomSigns) {
  const datasets::Dataset data = numbers(40);
  const std::vector<float> targets = plane().targets_of(data.labels);
  int negative = 0;
  for (std::uint32_t round = 0; round < 400; ++round) {
    const RandomKey other{1, Purpose::local_order, round, 0};
    std::vector<float> plain(2), hidden(2), target(3), same_target(3);
    ExampleMixer(mixing(ExampleMixing::Kind::mixup, 4), data, targets, other).mix(0, plain, target);
    ExampleMixer(mixing(ExampleMixing::Kind::instahide, 4), data, targets, other).mix(0, hidden, same_target);
    EXPECT_EQ(target, same_target);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(std::fabs(hidden[i]), plain[i]);
      negative += hidden[i] < 0;
    }
  }
  EXPECT_NEAR(negative, 400, 4 * std::sqrt(800 * 0.25));
}

TEST(ExampleMixing, TrainingTakesTheGradientOfTheMixtures) {
  const Model<float> model = plane();
  const datasets::Dataset data = numbers(12);
  const std::vector<float> theta = model.initial_parameters(1), targets = model.targets_of(data.labels);
  LocalTraining training;
  training.algorithm = LocalTraining::Algorithm::fedsgd;
  training.batch_size = 4;
  training.mixing = mixing(ExampleMixing::Kind::instahide);
  const LocalResult result = train_locally(model, theta, data, training, key);

  std::vector<float> inputs(8), mixed_targets(12), expected(theta.size());
  ExampleMixer mixer(training.mixing, data, targets, key);
  std::size_t row = 0;
  for (const std::size_t index : examples_of_round(training, 12, key)) {
    mixer.mix(index, std::span(inputs).subspan(2 * row, 2), std::span(mixed_targets).subspan(3 * row, 3));
    ++row;
  }
  Evaluation<float> evaluation(model);
  evaluation.gradient(theta, {inputs, mixed_targets, 4}, {.theta = expected, .inputs = {}, .targets = {}});
  EXPECT_EQ(result.update, expected);
  EXPECT_EQ(train_locally(model, theta, data, training, key).update, result.update);
  EXPECT_NE(train_locally(model, theta, data, training, {8, key.purpose, 3, 5}).update, result.update);
}

TEST(ExampleMixing, RefusesWhatCannotBeMixed) {
  const Model<float> model = plane();
  const datasets::Dataset few = numbers(2);
  LocalTraining training;
  training.mixing = mixing(ExampleMixing::Kind::mixup);
  EXPECT_THAT(refusal(ErrorKind::data, [&] { train_locally(model, model.initial_parameters(1), few, training, key); }),
              testing::AllOf(HasSubstr("2 examples"), HasSubstr("'numbers'")));
  RandomStream stream({1, Purpose::test});
  refusal(ErrorKind::usage, [&] { draw_shares(4, 0.25, stream); });

  const Model<float> tokens =
      build<float>({"tokens",
                    layer("embedding", "vocabulary = 9\nwidth = 2") + layer("flatten") + layer("linear", "outputs = 3"),
                    {2},
                    3});
  datasets::Dataset words = numbers(6);
  for (std::size_t i = 0; i < words.features.size(); ++i) words.features[i] = static_cast<float>(i % 9);
  EXPECT_THAT(
      refusal(ErrorKind::data, [&] { train_locally(tokens, tokens.initial_parameters(1), words, training, key); }),
      HasSubstr("mixtures of examples do not fit the model: layer 'embedding1'"));

  for (const char* bad : {"mixing = \"mixmax\"", "mixing_examples = 4", "mixing = \"mixup\"\nmixing_examples = 1",
                          "mixing = \"mixup\"\nmixing_largest = 0.25", "mixing = \"instahide\"\nmixing_largest = 1.1"})
    EXPECT_THAT(
        refusal(ErrorKind::configuration, [&] { LocalTraining::from_config(ConfigTable::parse_text(bad, "t.toml")); }),
        HasSubstr("t.toml:"));
  const LocalTraining read =
      LocalTraining::from_config(ConfigTable::parse_text("mixing = \"instahide\"\nmixing_examples = 6", "t.toml"));
  EXPECT_EQ(read.mixing.kind, ExampleMixing::Kind::instahide);
  EXPECT_EQ(read.mixing.examples, 6u);
  EXPECT_EQ(read.mixing.largest, 0.65);
}

}  // namespace
}  // namespace tacit::models
