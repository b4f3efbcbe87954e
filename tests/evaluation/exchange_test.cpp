#include "evaluation/exchange.h"

#include "attacks/attack.h"
#include "core/expect_error.h"

namespace tacit::evaluation {
namespace {

ExchangeSettings perceptron(const std::string& update = "") {
  return {
      "[[layers]]\ntype = \"linear\"\noutputs = 8\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\n"
      "outputs = 3\n",
      "algorithm = \"fedsgd\"\nbatch_size = 1\nlearning_rate = 0.1\n",
      update,
      {4},
      3};
}

const datasets::Dataset one_example = examples_of({4}, {0.1f, 0.9f, 0.3f, 0.5f}, {2}, 3);

TEST(Exchange, ShowsTheGradientThatTheClientSent) {
  const Exchange exchange(perceptron());
  const Parameters start = exchange.initial(3);
  const attacks::Observation seen = exchange.observe(start, one_example);
  EXPECT_EQ(seen.kind(), attacks::UpdateKind::gradient);
  EXPECT_EQ(seen.examples(), 1u);
  EXPECT_EQ(seen.model().hash(), start.hash());

  models::Evaluation<float> evaluation(exchange.model());
  std::vector<float> gradient(start.size());
  const std::vector<float> targets = exchange.model().targets_of(one_example.labels);
  evaluation.gradient(start.values(), {one_example.features, targets, 1},
                      {.theta = gradient, .inputs = {}, .targets = {}});
  EXPECT_EQ(seen.update(), gradient);
}

TEST(Exchange, GoesThroughTheUpdatePipeline) {
  const Exchange exchange(perceptron("clip_norm = 1e-3\n"));
  const attacks::Observation seen = exchange.observe(exchange.initial(3), one_example);
  double square = 0;
  for (const float value : seen.update()) square += static_cast<double>(value) * value;
  EXPECT_NEAR(std::sqrt(square), 1e-3, 1e-8);
}

TEST(Exchange, IsWhatAnAttackWorksOn) {
  const Exchange exchange(perceptron());
  const attacks::Observation seen = exchange.observe(exchange.initial(3), one_example);
  const attacks::AttackResult result =
      attacks::run_attack(seen, attacks::ThreatModel(), attacks::AttackSettings::from_catalog("analytic"));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(result.inputs[i], one_example.features[i], 1e-6);
}

TEST(Exchange, RefusesDataThatDoNotFit) {
  const Exchange exchange(perceptron());
  expect_error(
      [&] {
        exchange.observe(exchange.initial(3), examples_of({2}, {0, 1}, {0}, 3));
      },
      ErrorKind::data, {"4"});
  expect_error([&] { Exchange({"preset = \"nonsense\"", "", "", {4}, 3}); }, ErrorKind::configuration, {"nonsense"});
}

}  // namespace
}  // namespace tacit::evaluation
