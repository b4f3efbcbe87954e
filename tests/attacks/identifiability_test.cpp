#include "attacks/metrics/identifiability.h"

#include <cmath>
#include <numbers>

#include "core/config.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

datasets::Dataset four_examples(std::vector<float> features, std::vector<std::int32_t> labels) {
  datasets::Dataset data;
  data.feature_shape = {2};
  data.features = std::move(features);
  data.labels = std::move(labels);
  data.classes = 3;
  return data;
}

using V = std::vector<double>;

TEST(Identifiability, AsksForTheNearestOfTheSameClass) {
  const datasets::Dataset data = four_examples({0, 0, 1, 0, 0.4f, 0, 0, 1}, {0, 0, 1, 2});
  const Identifiability asked(data, {{2}, Bounds{0, 1}, false});
  EXPECT_EQ(asked.by_inputs(V{0.45, 0}, V{0, 0}, 0), true) << "example 2 is nearer, but of another class";
  EXPECT_EQ(asked.by_inputs(V{0.55, 0}, V{0, 0}, 0), false);
  EXPECT_EQ(asked.by_inputs(V{0.5, 0.3}, V{0, 0}, 0), false) << "a tie names nobody";
  EXPECT_EQ(asked.by_inputs(V{std::nan(""), 0}, V{0, 0}, 0), false);
  EXPECT_FALSE(asked.by_inputs(V{0, 1}, V{0, 1}, 2)) << "nobody else in the class";
  EXPECT_FALSE(asked.by_random_features(V{0, 1}, V{0, 1}, 2));
  EXPECT_EQ(asked.by_random_features(V{0.05, 0}, V{0, 0}, 0), true);
  EXPECT_EQ(asked.by_random_features(V{0.95, 0}, V{0, 0}, 0), false);
  EXPECT_EQ(asked.by_random_features(V{std::nan(""), 0}, V{0, 0}, 0), false);
  expect_error([&] { asked.by_inputs(V{0}, V{0, 0}, 0); }, ErrorKind::usage, {"1", "2"});
}

TEST(Identifiability, DoesNotTellCopiesApart) {
  const datasets::Dataset data = four_examples({0, 0, 0, 0, 1, 1, 0, 1}, {0, 0, 0, 1});
  const Identifiability asked(data, {{2}, Bounds{0, 1}, false});
  EXPECT_EQ(asked.by_inputs(V{0.1, 0.1}, V{0, 0}, 0), true) << "a copy is the same example";
}

TEST(Identifiability, ComparesAnglesOnTheCircle) {
  const double turn = 2 * std::numbers::pi;
  const datasets::Dataset data = four_examples({0.1f, 0, 3, 0, 6.2f, 0, 0, 0}, {0, 0, 0, 1});
  const Identifiability asked(data, {{2}, Bounds{0, turn}, true});
  const double first = static_cast<double>(0.1f);
  EXPECT_EQ(asked.by_inputs(V{first + 3 * turn, -turn}, V{first, 0}, 0), true);
  EXPECT_EQ(asked.by_random_features(V{first + 3 * turn, -turn}, V{first, 0}, 0), true);
  EXPECT_EQ(asked.by_inputs(V{turn - 0.05, 0}, V{first, 0}, 0), false) << "6.2 lies 0.03 away, across zero";
}

// Moved by one pixel, an image is still itself; the random space sees that and pixels do not.
TEST(Identifiability, InRandomFeaturesForgivesAShift) {
  const datasets::Dataset data = datasets::load(ConfigTable::parse_text("source = \"mnist10k\"\n", "data"), 1).train;
  std::vector<std::size_t> first(600);
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
  const datasets::Dataset some = data.subset(first);
  const Identifiability asked(some, {some.feature_shape, Bounds{0, 1}, false});
  int by_pixels = 0, by_features = 0, of_itself = 0;
  constexpr int tried = 40;
  for (int i = 0; i < tried; ++i) {
    const auto example = some.example(static_cast<std::size_t>(i));
    const V truth(example.begin(), example.end());
    V moved(truth.size());
    for (std::size_t row = 2; row < 28; ++row)
      for (std::size_t column = 2; column < 28; ++column) moved[row * 28 + column] = truth[(row - 2) * 28 + column - 2];
    const std::int32_t label = some.labels[static_cast<std::size_t>(i)];
    by_pixels += *asked.by_inputs(moved, truth, label);
    by_features += *asked.by_random_features(moved, truth, label);
    of_itself += *asked.by_inputs(truth, truth, label) && *asked.by_random_features(truth, truth, label);
  }
  EXPECT_EQ(of_itself, tried);
  EXPECT_GT(by_features, by_pixels);
}

TEST(RandomFeatureMap, IsTheSameForEverybody) {
  const RandomFeatureMap one({{1, 8, 8}, Bounds{0, 1}, false}), other({{1, 8, 8}, Bounds{0, 1}, false});
  const V image(64, 0.5);
  EXPECT_EQ(one.of(image), other.of(image));
  for (const double value : one.of(image)) EXPECT_NEAR(value, 0, 1e-12) << "filters do not see a constant";
  EXPECT_EQ(RandomFeatureMap({{1, 1, 1}, Bounds{0, 1}, false}).of(V{0.5}).size(), 256u);
}

}  // namespace
}  // namespace tacit::attacks
