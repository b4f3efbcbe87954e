#include "models/derivatives.h"
#include "models/model_zoo.h"

namespace tacit::models {
namespace {

void expect_exact_derivatives(const Model<double>& model, std::uint64_t seed) {
  for (const std::size_t count : {1, 3, 6}) {
    SCOPED_TRACE("count " + std::to_string(count));
    const Point point = random_point(model, count, seed);
    expect_gradient_is_derivative_of_loss(model, point);
    expect_tangent_is_derivative_of_gradient(model, point, random_direction(model, count, seed));
    expect_symmetric_hessian(model, point, seed + 10);
  }
}

TEST(Gradient, EveryClassicalModelIsExactToSecondOrder) {
  for (const ZooModel& entry : classical_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 21);
  }
}

TEST(Gradient, EveryImageModelIsExactToSecondOrder) {
  for (const ZooModel& entry : image_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 23);
  }
}

TEST(Gradient, EveryActivationIsExactToSecondOrder) {
  for (const ZooModel& entry : activation_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 24);
  }
}

TEST(Gradient, EveryQuantumAndHybridModelIsExactToSecondOrder) {
  for (const ZooModel& entry : quantum_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 22);
  }
}

TEST(Gradient, EverySequenceModelIsExactToSecondOrder) {
  for (const ZooModel& entry : sequence_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 26);
  }
}

/// Tokens are not moved by derivatives: along everything else they are exact.
TEST(Gradient, EmbeddingsAreExactToSecondOrder) {
  const Model<double> model =
      build<double>({"embedding",
                     layer("embedding", "vocabulary = 5\nwidth = 3\npadding = 1") + layer("positional_embedding") +
                         layer("attention", "heads = 1") + layer("token_mean") + layer("linear", "outputs = 2"),
                     {4},
                     2});
  Point point = random_point(model, 3, 27), direction = random_direction(model, 3, 28);
  point.inputs = {0, 1, 4, 0, 2, 2, 2, 3, 1, 1, 4, 3};
  std::fill(direction.inputs.begin(), direction.inputs.end(), 0.0);
  expect_gradient_is_derivative_of_loss(model, point, false);
  expect_tangent_is_derivative_of_gradient(model, point, direction);
  EXPECT_EQ(gradient_at(model, point).inputs, std::vector<double>(12, 0.0));
}

TEST(Gradient, WhatActsDifferentlyInTrainingIsExactToSecondOrder) {
  for (const ZooModel& entry : training_zoo()) {
    SCOPED_TRACE(entry.name);
    expect_exact_derivatives(build<double>(entry), 25);
  }
}

TEST(Gradient, GraphsWithFanOutAndSumsAreExactToSecondOrder) {
  expect_exact_derivatives(residual_model<double>(Loss::softmax_cross_entropy), 31);
  expect_exact_derivatives(residual_model<double>(Loss::mean_squared_error), 32);
}

TEST(Gradient, TargetsOnTheSimplexAreExactToo) {
  const Model<double> model = build<double>(classical_zoo()[3]);
  Point point = random_point(model, 4, 5);
  for (std::size_t b = 0; b < 4; ++b) {
    double sum = 0;
    for (std::size_t c = 0; c < 4; ++c) sum += point.targets[b * 4 + c] = std::exp(point.targets[b * 4 + c]);
    for (std::size_t c = 0; c < 4; ++c) point.targets[b * 4 + c] /= sum;
  }
  expect_gradient_is_derivative_of_loss(model, point);
  expect_tangent_is_derivative_of_gradient(model, point, random_direction(model, 4, 6));
}

/// What is asked for must not change what is computed.
TEST(Gradient, EachPartMayBeWantedAlone) {
  const Model<double> model = residual_model<double>();
  const Point point = random_point(model, 3, 41), direction = random_direction(model, 3, 42);
  const WithTangent full = tangent_at(model, point, direction);
  Evaluation<double> evaluation(model);
  for (unsigned wanted = 0; wanted < 64; ++wanted) {
    Point gradient = zeros_like(point).only(wanted & 1, wanted & 2, wanted & 4);
    Point tangent = zeros_like(point).only(wanted & 8, wanted & 16, wanted & 32);
    evaluation.gradient_tangent(point.theta, point.examples(), direction_of(direction), spans(gradient),
                                spans(tangent));
    expect_near(gradient, full.gradient.only(wanted & 1, wanted & 2, wanted & 4), 0, "gradient");
    expect_near(tangent, full.tangent.only(wanted & 8, wanted & 16, wanted & 32), 0, "tangent");
    if (wanted < 8) {
      Point plain = zeros_like(point).only(wanted & 1, wanted & 2, wanted & 4);
      evaluation.gradient(point.theta, point.examples(), spans(plain));
      expect_near(plain, gradient, 1e-13, "plain gradient");
    }
  }
}

TEST(Gradient, FloatAgreesWithDouble) {
  std::vector<ZooModel> all = complete_zoo();
  for (const ZooModel& entry : training_zoo()) all.push_back(entry);
  for (const ZooModel& entry : all) {
    SCOPED_TRACE(entry.name);
    const Model<double> exact = build<double>(entry);
    const Model<float> model = build<float>(entry);
    const Point point = random_point(exact, 5, 51), direction = random_direction(exact, 5, 52);
    const auto narrow = [](const std::vector<double>& values) {
      return std::vector<float>(values.begin(), values.end());
    };
    const auto theta = narrow(point.theta), inputs = narrow(point.inputs), targets = narrow(point.targets);
    const auto theta_dot = narrow(direction.theta), inputs_dot = narrow(direction.inputs),
               targets_dot = narrow(direction.targets);
    std::vector<float> tangent_theta(theta.size()), tangent_inputs(inputs.size()), gradient_theta(theta.size());
    Evaluation<float> evaluation = masked_evaluation(model);
    evaluation.gradient_tangent(theta, {inputs, targets, 5}, {theta_dot, inputs_dot, targets_dot},
                                {gradient_theta, {}, {}}, {tangent_theta, tangent_inputs, {}});
    const WithTangent expected = tangent_at(exact, point, direction);
    const auto widen = [](const std::vector<float>& values) {
      return std::vector<double>(values.begin(), values.end());
    };
    expect_near(widen(gradient_theta), expected.gradient.theta, 2e-5, "gradient theta");
    expect_near(widen(tangent_theta), expected.tangent.theta, 5e-5, "tangent theta");
    expect_near(widen(tangent_inputs), expected.tangent.inputs, 5e-5, "tangent inputs");
    const std::vector<double> start = exact.initial_parameters(9);
    EXPECT_EQ(model.initial_parameters(9), narrow(start));
  }
}

TEST(Gradient, GradientsAreMeansOverTheBatch) {
  const Model<double> model = build<double>(classical_zoo()[2]);
  const Point batch = random_point(model, 4, 61);
  const Point whole = gradient_at(model, batch);
  std::vector<double> mean(batch.theta.size());
  double loss = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    const auto row = [b](const std::vector<double>& values) {
      const std::size_t size = values.size() / 4;
      return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(b * size),
                                 values.begin() + static_cast<std::ptrdiff_t>((b + 1) * size));
    };
    const Point one{batch.theta, row(batch.inputs), row(batch.targets), 1};
    const Point gradient = gradient_at(model, one);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] += gradient.theta[i] / 4;
    loss += Evaluation<double>(model).loss(one.theta, one.examples()) / 4;
    std::vector<double> scaled = gradient.inputs;
    for (double& value : scaled) value /= 4;
    expect_near(row(whole.inputs), scaled, 1e-13, "inputs of one example");
  }
  expect_near(whole.theta, mean, 1e-13, "theta");
  EXPECT_NEAR(Evaluation<double>(model).loss(batch.theta, batch.examples()), loss, 1e-13);
}

}  // namespace
}  // namespace tacit::models
