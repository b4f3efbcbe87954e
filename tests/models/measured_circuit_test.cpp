#include "models/layers/measured_circuit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/model_zoo.h"
#include "refusal.h"

namespace tacit::models {
namespace {

using testing::HasSubstr;
using Values = std::vector<float>;

/// R_Y(x) then R_Y(theta) on |0>: <Z> = cos(x + theta).
ZooModel one_qubit(const std::string& training) {
  return {"qubit",
          "loss = \"mean_squared_error\"\n" +
              layer("quantum",
                    "qubits = 1\nlayers = 1\nencoding = \"angle\"\nencoding_axis = \"y\"\n"
                    "ansatz = \"pauli_rotations\"\nansatz_strings = [\"Y\"]\nobservables = \"z_all\"\n" +
                        training),
          {1},
          2};
}

/// Behind a linear layer, so that the gradient by the circuit's inputs counts too.
ZooModel hybrid(const std::string& training, const std::string& encoding = "encoding = \"angle\"") {
  return {"hybrid",
          layer("linear", "outputs = 2") + layer("tanh") +
              layer("quantum", "qubits = 2\nlayers = 1\noutput_scale = 2.0\n" + encoding + "\n" + training) +
              layer("linear", "outputs = 3"),
          {3},
          3};
}

struct Batch {
  Values inputs{0.3f, -0.8f, 0.5f, 1.1f, 0.2f, -0.4f}, targets{0, 1, 0, 1, 0, 0};
  Examples<float> examples() const { return {inputs, targets, 2}; }
};

Values gradient_of(const Model<float>& model, const Values& theta, const Examples<float>& batch,
                   const std::optional<MaskKey>& key) {
  Evaluation<float> evaluation(model);
  evaluation.set_masks(key);
  Values gradient(theta.size());
  evaluation.gradient(theta, batch, {.theta = gradient, .inputs = {}, .targets = {}});
  return gradient;
}

// Each of the two gates is followed by the channel, which shrinks the Bloch vector by 1 - p.
TEST(MeasuredCircuit, DepolarisingShrinksValueAndGradient) {
  constexpr double p = 0.2;
  const Model<float> model = build<float>(one_qubit("training_depolarising = 0.2"));
  const Values theta{0.7f}, inputs{0.4f, -1.3f}, targets{1, -1};
  Evaluation<float> evaluation(model);
  evaluation.set_masks(MaskKey{1, 2, 3, 4});
  Values gradient(1), by_inputs(2);
  evaluation.gradient(theta, {inputs, targets, 2}, {.theta = gradient, .inputs = by_inputs, .targets = {}});
  double expected = 0;
  const double shrink = (1 - p) * (1 - p);
  for (std::size_t b = 0; b < 2; ++b) {
    const double angle = static_cast<double>(inputs[b]) + 0.7;
    const double slope =
        (shrink * std::cos(angle) - targets[b]) * -shrink * std::sin(angle);  // mean of 2 (f - y) f' / 2
    EXPECT_NEAR(by_inputs[b], slope, 1e-5);
    expected += slope;
  }
  EXPECT_NEAR(gradient[0], expected, 1e-5);
  // Where nobody trains, the circuit is exact.
  EXPECT_NEAR(evaluation.predict(theta, std::span(inputs).first(1), 1)[0], std::cos(1.1), 1e-5);
}

TEST(MeasuredCircuit, ShotsAreRightInTheMeanWithAVarianceThatFallsAsTheyGrow) {
  const Model<float> exact_model = build<float>(one_qubit(""));
  const Values theta{0.7f}, inputs{0.4f};
  const double value = std::cos(1.1), slope = -std::sin(1.1);
  // Of N measurements of +-1 the mean has variance (1 - <Z>^2) / N.
  for (const std::size_t shots : {10u, 100u}) {
    const MeasuredCircuit::Pass pass{{1, 2, 3, 4}, 0, 0};
    const quantum_sim::Circuit circuit =
        quantum_sim::Circuit(1).ry(0, quantum_sim::Angle::input(0)).ry(0, quantum_sim::Angle::parameter(0));
    constexpr int draws = 2000;
    double mean = 0, square = 0, slope_mean = 0, slope_square = 0, input_mean = 0;
    MeasuredCircuit measured(circuit, {quantum_sim::Observable::pauli_z(0)}, {.shots = shots});
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      MeasuredCircuit::Pass other = pass;
      other.key.round = draw;
      const std::vector<double> wide_theta{0.7}, wide_inputs{0.4}, upstream{1};
      const double one = measured.forward(wide_theta, wide_inputs, 1, other)[0];
      std::vector<double> by_theta(1), by_inputs(1);
      measured.backward(wide_theta, wide_inputs, 1, upstream, other, by_theta, by_inputs);
      mean += one / draws, square += one * one / draws;
      slope_mean += by_theta[0] / draws, slope_square += by_theta[0] * by_theta[0] / draws;
      input_mean += by_inputs[0] / draws;
    }
    const double variance = (1 - value * value) / static_cast<double>(shots);
    // The two-term rule: half the difference of two values at a right angle, each of variance (1 - slope^2) / N.
    const double slope_variance = (1 - slope * slope) / static_cast<double>(shots) / 2;
    EXPECT_NEAR(mean, value, 5 * std::sqrt(variance / draws));
    EXPECT_NEAR(square - mean * mean, variance, 0.15 * variance);
    EXPECT_NEAR(slope_mean, slope, 5 * std::sqrt(slope_variance / draws));
    EXPECT_NEAR(input_mean, slope, 5 * std::sqrt(slope_variance / draws));
    EXPECT_NEAR(slope_square - slope_mean * slope_mean, slope_variance, 0.15 * slope_variance);
  }
}

TEST(MeasuredCircuit, ManyShotsGiveTheExactGradientThroughAllLayers) {
  for (const char* encoding :
       {"encoding = \"angle\"", "encoding = \"zz_feature_map\"",
        "encoding = \"chebyshev_tower\"\nqubits_per_feature = 1", "encoding = \"trainable_frequencies\""}) {
    SCOPED_TRACE(encoding);
    const Model<float> measured = build<float>(hybrid("training_shots = 50000", encoding));
    const Model<float> exact = build<float>(hybrid("", encoding));
    const Values theta = exact.initial_parameters(3);
    const Batch batch;
    const Values expected = gradient_of(exact, theta, batch.examples(), MaskKey{1, 1, 1, 1});
    const Values estimate = gradient_of(measured, theta, batch.examples(), MaskKey{1, 1, 1, 1});
    EXPECT_NE(estimate, expected);
    for (std::size_t p = 0; p < theta.size(); ++p) EXPECT_NEAR(estimate[p], expected[p], 5e-2) << p;
    EXPECT_EQ(gradient_of(measured, theta, batch.examples(), {}), expected) << "without a step nothing is measured";
  }
}

TEST(MeasuredCircuit, FollowsSeedRoundClientStepAndExampleAlone) {
  const Model<float> model = build<float>(hybrid("training_shots = 20"));
  const Values theta = model.initial_parameters(3);
  const Batch batch;
  const MaskKey key{1, 2, 3, 4};
  const Values here = gradient_of(model, theta, batch.examples(), key);
  EXPECT_EQ(gradient_of(model, theta, batch.examples(), key), here);
  for (const MaskKey& other : {MaskKey{2, 2, 3, 4}, MaskKey{1, 1, 3, 4}, MaskKey{1, 2, 4, 4}, MaskKey{1, 2, 3, 5}})
    EXPECT_NE(gradient_of(model, theta, batch.examples(), other), here);
  // Whatever the batch, an example's measurements are its own: clipped_gradients goes one by one.
  Evaluation<float> evaluation(model);
  evaluation.set_masks(key);
  Values sum(theta.size());
  evaluation.clipped_gradients(theta, batch.examples(), HUGE_VAL, sum, {});
  for (std::size_t p = 0; p < theta.size(); ++p) EXPECT_NEAR(sum[p] / 2, here[p], 1e-5);
  // Two looks at one loss see different measurements.
  const float first = evaluation.loss(theta, batch.examples());
  EXPECT_NE(evaluation.loss(theta, batch.examples()), first);
}

TEST(MeasuredCircuit, RefusesWhatCannotBeMeasured) {
  const auto refused = [](const ZooModel& entry) {
    return refusal(ErrorKind::configuration, [&] { build<float>(entry); });
  };
  EXPECT_THAT(refused(one_qubit("training_shots = 1")), HasSubstr("too few"));
  EXPECT_THAT(refused(one_qubit("training_shots = 10\ntraining_depolarising = 0.1")), HasSubstr("both"));
  EXPECT_THAT(refused(one_qubit("training_depolarising = 1.5")), HasSubstr("training_depolarising"));
  EXPECT_THAT(refused({"large",
                       layer("quantum", "qubits = 11\nlayers = 1\nencoding = \"angle\"\ntraining_depolarising = 0.1"),
                       {11},
                       11}),
              HasSubstr("at most 10 qubits"));
  const Model<float> amplitudes =
      build<float>({"amplitudes",
                    layer("linear", "outputs = 4") +
                        layer("quantum", "qubits = 2\nlayers = 1\nencoding = \"amplitude\"\ntraining_shots = 10"),
                    {3},
                    2});
  const Batch batch;
  EXPECT_THAT(refusal(ErrorKind::usage,
                      [&] {
                        gradient_of(amplitudes, amplitudes.initial_parameters(1),
                                    {std::span(batch.inputs).first(3), std::span(batch.targets).first(2), 1},
                                    MaskKey{});
                      }),
              HasSubstr("amplitudes have no shift rule"));
}

}  // namespace
}  // namespace tacit::models
