#include "models/soteria_gradient.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "models/model_zoo.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;
using Values = std::vector<float>;

const ZooModel mlp{"mlp",
                   layer("linear", "outputs = 7") + layer("sigmoid") + layer("linear", "outputs = 6") + layer("relu") +
                       layer("linear", "outputs = 3"),
                   {4},
                   3};
constexpr std::size_t count = 3, inputs = 4, elements = 6;
constexpr std::size_t last_node = 4;

struct Batch {
  Values features = Values(count * inputs), targets;
  explicit Batch(const Model<float>& model) : targets(model.targets_of(std::vector<std::int32_t>{0, 2, 1})) {
    RandomStream random({3, Purpose::test});
    for (float& value : features) value = static_cast<float>(random.uniform(-1, 1));
  }
  Examples<float> examples() const { return {features, targets, count}; }
};

/// sum_b |r_i| / ||dr_i/dX|| by central differences in double, of the whole model.
std::vector<double> by_differences(const Values& theta, const Values& features) {
  const Model<double> model = build<double>(mlp);
  Evaluation<double> evaluation(model);
  const std::vector<double> wide(theta.begin(), theta.end());
  const auto representation = [&](const std::vector<double>& x) {
    evaluation.predict(wide, x, 1);
    const auto r = evaluation.node_input(last_node, 0);
    return std::vector<double>(r.begin(), r.end());
  };
  std::vector<double> sums(elements);
  for (std::size_t b = 0; b < count; ++b) {
    std::vector<double> x(inputs), squares(elements);
    std::copy_n(features.begin() + static_cast<std::ptrdiff_t>(b * inputs), inputs, x.begin());
    const auto r = representation(x);
    for (std::size_t k = 0; k < inputs; ++k) {
      constexpr double h = 1e-6;
      auto above = x, below = x;
      above[k] += h, below[k] -= h;
      const auto up = representation(above), down = representation(below);
      for (std::size_t i = 0; i < elements; ++i) squares[i] += std::pow((up[i] - down[i]) / (2 * h), 2);
    }
    for (std::size_t i = 0; i < elements; ++i)
      if (r[i] != 0) sums[i] += std::abs(r[i]) / std::sqrt(squares[i]);
  }
  return sums;
}

TEST(SoteriaGradient, ComparesTheRepresentationWithItsSlopes) {
  const Model<float> model = build<float>(mlp);
  const Values theta = model.initial_parameters(1);
  const Batch batch(model);
  const auto expected = by_differences(theta, batch.features);
  const auto telling = SoteriaGradient(model, 0.5).telling(theta, batch.features, count);
  ASSERT_EQ(telling.size(), elements);
  int active = 0;
  for (std::size_t i = 0; i < elements; ++i) {
    EXPECT_NEAR(telling[i], expected[i], 1e-4 * (1 + expected[i])) << i;
    active += telling[i] > 0;
  }
  EXPECT_GE(active, 2) << "the case must not be trivial";
}

TEST(SoteriaGradient, MasksTheColumnsThatTellMost) {
  const Model<float> model = build<float>(mlp);
  const Values theta = model.initial_parameters(1);
  const Batch batch(model);
  const auto sums = by_differences(theta, batch.features);
  std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sums[a] > sums[b]; });
  const std::size_t offset = model.schema()->find("linear3.weight")->offset;
  Values exact(theta.size());
  const float loss = ExactGradient(model).estimate(theta, batch.examples(), exact);
  for (const std::size_t masked : {0u, 2u, 6u}) {
    Values gradient(theta.size()), expected = exact;
    SoteriaGradient soteria(model, static_cast<double>(masked) / elements);
    EXPECT_EQ(soteria.estimate(theta, batch.examples(), gradient), loss);
    for (std::size_t n = 0; n < masked; ++n)
      for (std::size_t row = 0; row < 3; ++row) expected[offset + row * elements + order[n]] = 0;
    EXPECT_EQ(gradient, expected) << masked;
  }
}

TEST(SoteriaGradient, RefusesModelsWithoutARepresentation) {
  const auto objection = [](const ZooModel& entry) {
    return objection_to({.soteria_share = 0.5}, build<float>(entry));
  };
  EXPECT_EQ(objection(mlp), "");
  EXPECT_THAT(objection({"plane", layer("linear", "outputs = 3"), {4}, 3}), HasSubstr("soteria_share"));
  EXPECT_THAT(objection({"end", layer("linear", "outputs = 3") + layer("tanh"), {4}, 3}), HasSubstr("linear"));
  const ZooModel coupled{
      "norm", layer("linear", "outputs = 5") + layer("batch_norm") + layer("linear", "outputs = 3"), {4}, 3};
  EXPECT_THAT(objection(coupled), testing::AllOf(HasSubstr("batch_norm1"), HasSubstr("group_norm")));
  EXPECT_THAT(objection_to({.example_clip_norm = 1}, build<float>(coupled)), HasSubstr("example_clip_norm"));
  const Model<float> model = build<float>(mlp);
  refusal(ErrorKind::usage, [&] { SoteriaGradient(model, 1.5); });
  for (const char* bad : {"soteria_share = 1.5", "gradient = \"spsa\"\nsoteria_share = 0.5",
                          "soteria_share = 0.5\nexample_clip_norm = 1.0", "example_noise = 1.0"})
    EXPECT_THAT(
        refusal(ErrorKind::configuration, [&] { LocalTraining::from_config(ConfigTable::parse_text(bad, "t.toml")); }),
        HasSubstr("t.toml:"));
}

}  // namespace
}  // namespace tacit::models
