#include "attacks/inference/example_signals.h"

#include <cmath>

#include "attacks/recorded_run.h"
#include "core/expect_error.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

models::Model<double> model_of(const std::string& toml, std::size_t classes) {
  return models::build_model<double>(ConfigTable::parse_text(toml, "the model"), {3}, classes);
}

std::string linear(const std::string& loss, int outputs) {
  return "loss = \"" + loss + "\"\n[[layers]]\ntype = \"linear\"\noutputs = " + std::to_string(outputs) + "\n";
}

const Candidates two{{0.5f, -1, 2, 0.25f, 1, -0.5f}, {2, 0}};

TEST(ExampleSignals, AreLossAndLogitOfTheProbability) {
  const models::Model<double> model = model_of(linear("softmax_cross_entropy", 3), 3);
  const std::vector<double> initial = model.initial_parameters(4);
  const std::vector<float> theta(initial.begin(), initial.end());
  const ExampleSignals signals = signals_of(model, theta, two);
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<double> x(two.inputs.begin() + 3 * i, two.inputs.begin() + 3 * i + 3);
    const std::vector<double> wide(theta.begin(), theta.end());
    models::Evaluation<double> evaluation(model);
    const auto z = evaluation.predict(wide, x, 1);
    double sum = 0;
    for (const double value : z) sum += std::exp(value);
    const double p = std::exp(z[static_cast<std::size_t>(two.labels[i])]) / sum;
    EXPECT_NEAR(signals.losses[i], -std::log(p), 1e-12);
    EXPECT_NEAR(signals.confidences[i], std::log(p / (1 - p)), 1e-12);
  }
}

TEST(ExampleSignals, KeepTheirDigitsWhereTheModelIsSure) {
  const models::Model<double> model = model_of(linear("softmax_cross_entropy", 2), 2);
  // Logits (60, 0): p differs from 1 by 9e-27, which no double near 1 can say.
  std::vector<float> theta(model.schema()->size(), 0.0f);
  theta[0] = 60;
  const ExampleSignals signals = signals_of(model, theta, {{1, 0, 0, 1, 0, 0}, {0, 1}});
  EXPECT_NEAR(signals.confidences[0], 60, 1e-12);
  EXPECT_NEAR(signals.confidences[1], -60, 1e-12);
}

TEST(ExampleSignals, OfOneOutput) {
  std::vector<float> theta{1, 2, 3, 0.5f};  // w, b
  const double z = 0.5 - 2 + 6 + 0.5;
  const ExampleSignals binary =
      signals_of(model_of(linear("binary_cross_entropy", 1), 2), theta, {{0.5f, -1, 2, 0.5f, -1, 2}, {1, 0}});
  EXPECT_NEAR(binary.confidences[0], z, 1e-12);
  EXPECT_NEAR(binary.confidences[1], -z, 1e-12);
  EXPECT_NEAR(binary.losses[1] - binary.losses[0], z, 1e-12);  // ln(1 + e^z) - ln(1 + e^-z)
  const ExampleSignals squared = signals_of(model_of(linear("mean_squared_error", 1), 2), theta, {{0.5f, -1, 2}, {1}});
  EXPECT_NEAR(squared.losses[0], (z - 1) * (z - 1), 1e-12);
  EXPECT_NEAR(squared.confidences[0], -squared.losses[0], 1e-12);
}

TEST(ExampleSignals, RefuseWhatDoesNotFit) {
  const models::Model<double> model = model_of(linear("softmax_cross_entropy", 3), 3);
  const std::vector<float> theta(model.schema()->size(), 0.1f);
  expect_error([&] { signals_of(model, std::vector<float>(2), two); }, ErrorKind::usage, {"2 parameters"});
  expect_error([&] { signals_of(model, theta, {{1, 2}, {0}}); }, ErrorKind::usage, {"1 candidates with 2 features"});
  expect_error([&] { signals_of(model, theta, {{1, 2, 3}, {3}}); }, ErrorKind::data, {"3"});
  std::vector<float> broken = theta;
  broken[0] = std::nanf("");
  expect_error([&] { signals_of(model, broken, two); }, ErrorKind::data, {"candidate 0"});
}

}  // namespace
}  // namespace tacit::attacks
