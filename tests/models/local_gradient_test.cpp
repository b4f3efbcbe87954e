#include "models/local_gradient.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

constexpr RandomKey key{7, Purpose::local_order, 3, 5};
using Values = std::vector<float>;

Model<float> plane() {
  return build<float>({"plane", "loss = \"mean_squared_error\"\n" + layer("linear", "outputs = 1"), {2}, 2});
}

struct Batch {
  Values inputs, targets;
  std::size_t count = 0;
  Examples<float> examples() const { return {inputs, targets, count}; }
};

const Batch two_points{{1, 2, -1, 0.5f}, {1, -1}, 2};

TEST(SpsaGradient, IsTheDifferenceOfTwoLossesAlongRandomSigns) {
  const Model<float> model = plane();
  const Values theta = {0.3f, -0.2f, 0.1f};
  Values estimate(3);
  const GradientSource source{.kind = GradientSource::Kind::spsa, .spsa_step = 0.25};
  make_local_gradient(source, model, key)->estimate(theta, two_points.examples(), estimate);

  // Along any signs the same slope stands in every element: signs are what is left of it.
  std::vector<double> above(3), below(3);
  for (std::size_t p = 0; p < 3; ++p) {
    const double sign = estimate[p] / std::abs(estimate[0]);
    ASSERT_NEAR(std::abs(sign), 1, 1e-6);
    above[p] = static_cast<double>(theta[p]) + 0.25 * sign;
    below[p] = static_cast<double>(theta[p]) - 0.25 * sign;
  }
  const auto loss = [](const std::vector<double>& t) {
    const double first = 1 * t[0] + 2 * t[1] + t[2] - 1, second = -1 * t[0] + 0.5 * t[1] + t[2] + 1;
    return (first * first + second * second) / 2;
  };
  EXPECT_NEAR(std::abs(loss(above) - loss(below)) / 0.5, static_cast<double>(std::abs(estimate[0])), 1e-5);
  EXPECT_GT(loss(above), loss(below)) << "the estimate points uphill";
}

TEST(SpsaGradient, AveragesToTheGradient) {
  const Model<float> model = plane();
  const Values theta = {0.3f, -0.2f, 0.1f};
  Values exact(3), estimate(3);
  const float loss = ExactGradient(model).estimate(theta, two_points.examples(), exact);
  const float mean = SpsaGradient(model, 1e-2, 20'000, key).estimate(theta, two_points.examples(), estimate);
  double length = 0;
  for (const float value : exact) length += static_cast<double>(value) * static_cast<double>(value);
  // The standard error of a mean of 20,000 is about |g| / 141.
  for (std::size_t p = 0; p < 3; ++p) EXPECT_NEAR(estimate[p], exact[p], 5 * std::sqrt(length) / 141);
  EXPECT_NEAR(mean, loss, 1e-3);
}

TEST(SpsaGradient, IsAFunctionOfSeedRoundAndClient) {
  const Model<float> model = build<float>({"wide", layer("linear", "outputs = 10"), {10}, 10});
  const Values theta = model.initial_parameters(1);
  const Batch batch{Values(10, 0.5f), model.targets_of(std::vector<std::int32_t>{3}), 1};
  const auto first_two = [&](const RandomKey& with) {
    SpsaGradient gradient(model, 0.1, 1, with);
    Values one(theta.size()), two(theta.size());
    gradient.estimate(theta, batch.examples(), one);
    gradient.estimate(theta, batch.examples(), two);
    EXPECT_NE(one, two) << "every step has directions of its own";
    one.insert(one.end(), two.begin(), two.end());
    return one;
  };
  const Values here = first_two(key);
  EXPECT_EQ(first_two(key), here);
  for (const RandomKey& other :
       {RandomKey{8, key.purpose, 3, 5}, RandomKey{7, key.purpose, 4, 5}, RandomKey{7, key.purpose, 3, 6}})
    EXPECT_NE(first_two(other), here);
}

/// R_X(x) on |0> has <Y> = -sin x, so of the R_Y(theta) behind it the Fubini-Study metric is (1 - <Y>^2) / 4 =
/// cos^2(x) / 4.
TEST(NaturalGradient, DividesByTheMetricOfOneRotation) {
  const Model<float> model =
      build<float>({"qubit",
                    "loss = \"mean_squared_error\"\n" +
                        layer("quantum",
                              "qubits = 1\nlayers = 1\nencoding = \"angle\"\nansatz = \"pauli_rotations\"\n"
                              "ansatz_strings = [\"Y\"]\nobservables = \"z_all\""),
                    {1},
                    2});
  const Values theta = {0.7f};
  const Batch batch{{0.4f, 1.1f}, {1, -1}, 2};
  Values exact(1), natural(1);
  ExactGradient(model).estimate(theta, batch.examples(), exact);
  NaturalGradient(model, 0.01).estimate(theta, batch.examples(), natural);
  const double metric = (std::pow(std::cos(0.4), 2) + std::pow(std::cos(1.1), 2)) / 8;
  EXPECT_NEAR(natural[0], static_cast<double>(exact[0]) / (metric + 0.01), 1e-5);
}

/// Two R_Y on a product state: the metric is diagonal, 1/4 each. The layers around the circuit keep their gradient.
TEST(NaturalGradient, LeavesOtherLayersAlone) {
  const Model<float> model =
      build<float>({"hybrid",
                    layer("linear", "outputs = 2") +
                        layer("quantum",
                              "qubits = 2\nlayers = 1\nencoding = \"angle\"\nencoding_axis = \"y\"\n"
                              "ansatz = \"pauli_rotations\"\nansatz_strings = [\"YI\", \"IY\"]") +
                        layer("linear", "outputs = 3"),
                    {4},
                    3});
  const Values theta = model.initial_parameters(5);
  const Batch batch{{0.1f, 0.2f, -0.3f, 0.4f, 1, 0, 0.5f, -1}, {0, 1, 0, 1, 0, 0}, 2};
  Values exact(theta.size()), natural(theta.size());
  const float loss = ExactGradient(model).estimate(theta, batch.examples(), exact);
  EXPECT_EQ(NaturalGradient(model, 0).estimate(theta, batch.examples(), natural), loss);
  const auto& circuit = model.graph().nodes()[1];
  ASSERT_EQ(circuit.theta_size, 2u);
  for (std::size_t p = 0; p < theta.size(); ++p) {
    if (p < circuit.theta_offset || p >= circuit.theta_offset + 2) {
      EXPECT_EQ(natural[p], exact[p]) << p;
    } else {
      EXPECT_NEAR(natural[p], 4 * exact[p], 1e-5) << p;
    }
  }
}

/// R_Y(t) behind R_X(x), then R_X: the Bloch vector (0, -sin x, cos x) has <X> = cos x sin t behind R_Y(t), so by
/// layers the metric is diag(cos^2 x, 1 - cos^2 x sin^2 t) / 4. The whole one has more.
TEST(NaturalGradient, ByLayersDividesByTheBlocksOfTheMetric) {
  const Model<float> model =
      build<float>({"qubit",
                    "loss = \"mean_squared_error\"\n" +
                        layer("quantum",
                              "qubits = 1\nlayers = 1\nencoding = \"angle\"\nansatz = \"pauli_rotations\"\n"
                              "ansatz_strings = [\"Y\", \"X\"]\nobservables = \"z_all\""),
                    {1},
                    2});
  const Values theta = {0.7f, 0.3f};
  const Batch batch{{0.4f, 1.1f}, {1, -1}, 2};
  Values exact(2), by_layers(2), full(2);
  ExactGradient(model).estimate(theta, batch.examples(), exact);
  const GradientSource source{
      .kind = GradientSource::Kind::natural, .natural_regularisation = 0.01, .natural_by_layers = true};
  make_local_gradient(source, model, key)->estimate(theta, batch.examples(), by_layers);
  NaturalGradient(model, 0.01).estimate(theta, batch.examples(), full);
  double first = 0, second = 0;
  for (const double x : {0.4, 1.1}) {
    first += std::pow(std::cos(x), 2) / 8;
    second += (1 - std::pow(std::cos(x) * std::sin(0.7), 2)) / 8;
  }
  EXPECT_NEAR(by_layers[0], static_cast<double>(exact[0]) / (first + 0.01), 1e-5);
  EXPECT_NEAR(by_layers[1], static_cast<double>(exact[1]) / (second + 0.01), 1e-5);
  EXPECT_GT(std::abs(full[0] - by_layers[0]), 1e-3);
}

TEST(LocalGradient, RefusesWhatDoesNotSuit) {
  const Model<float> model = plane();
  const GradientSource natural{.kind = GradientSource::Kind::natural};
  EXPECT_NE(objection_to(natural, model).find("quantum layer"), std::string::npos);
  EXPECT_EQ(objection_to({}, model), "");
  EXPECT_THROW(make_local_gradient(natural, model, key), Error);
  EXPECT_THROW(SpsaGradient(model, 0, 1, key), Error);
  EXPECT_THROW(SpsaGradient(model, 0.1, 0, key), Error);
}

}  // namespace
}  // namespace tacit::models
