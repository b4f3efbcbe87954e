// Crafted models that are sent to the client's own code, over the wire: what comes back of them.
#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "attacks/attack.h"
#include "attacks/malicious/loki.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "core/random.h"
#include "evaluation/exchange.h"
#include "evaluation/fishing.h"

namespace tacit::evaluation {
namespace {

constexpr std::size_t clients = 3, examples = 4, pixels = 64;
const Shape image{1, 8, 8};

constexpr const char* loki_toml =
    "[[layers]]\ntype = \"conv2d\"\nchannels = 9\nkernel = 3\npadding = 1\n[[layers]]\ntype = \"linear\"\noutputs = "
    "63\n"
    "[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n";

/// Pictures whose means are the same four for every client.
datasets::Dataset data_of(std::size_t client) {
  RandomStream random({client, Purpose::test, 0, 0});
  std::vector<float> features;
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < examples; ++i) {
    std::vector<double> one(pixels);
    for (double& value : one) value = random.uniform(0.2, 0.8);
    const double shift = 0.47 + 0.02 * static_cast<double>(i) - std::accumulate(one.begin(), one.end(), 0.0) / pixels;
    for (const double value : one) features.push_back(static_cast<float>(value + shift));
    labels.push_back(static_cast<std::int32_t>((client + i) % 10));
  }
  return examples_of(image, features, labels, 10);
}

/// How many of all clients' examples are read off the mean of their updates.
std::size_t read_off_the_mean(const std::string& training, double balance = attacks::default_loki_balance,
                              double within = 1e-6) {
  const Exchange exchange({loki_toml, training, "", image, 10});
  std::vector<attacks::Observation> seen;
  attacks::GroundTruth truth;
  for (std::size_t c = 0; c < clients; ++c) {
    const Parameters honest = exchange.initial(1);
    std::vector<float> theta(honest.values().begin(), honest.values().end());
    attacks::write_loki(attacks::find_loki_block(exchange.model()).value(), c, {0.5, 0.02}, balance, theta);
    const datasets::Dataset data = data_of(c);
    seen.push_back(exchange.observe({exchange.schema(), std::move(theta)}, data, 1));
    truth.inputs.insert(truth.inputs.end(), data.features.begin(), data.features.end());
    truth.labels.insert(truth.labels.end(), data.labels.begin(), data.labels.end());
  }
  attacks::ThreatModel threat_model = attacks::ThreatModel::of(attacks::Observer::malicious_coordinator);
  threat_model.observes = attacks::View::aggregate;
  const attacks::AttackResult result = attacks::run_attack(attacks::Observation::mean_of(seen), threat_model,
                                                           attacks::AttackSettings::from_catalog("loki"));
  std::size_t copies = 0;
  for (const auto& one : attacks::score(result, truth, {image, attacks::Bounds{0, 1}, false}).examples)
    copies += one.mse < within ? 1 : 0;
  return copies;
}

TEST(MaliciousExchange, LokiReadsEveryClientOffTheMeanOfWhatTheySent) {
  EXPECT_EQ(read_off_the_mean("algorithm = \"fedsgd\"\nbatch_size = 4\nlearning_rate = 0.1\n"), clients * examples);
  EXPECT_EQ(read_off_the_mean("algorithm = \"fedavg\"\nbatch_size = 4\nlocal_epochs = 1\nlearning_rate = 0.01\n"),
            clients * examples);
}

std::string local_steps(const char* rate, int epochs) {
  return fmt::format("algorithm = \"fedavg\"\nbatch_size = 2\nlocal_epochs = {}\nlearning_rate = {}\n", epochs, rate);
}

/// An example stays in its bin as long as the steps are small: rate times steps decides.
TEST(MaliciousExchange, LokiStandsSeveralLocalSteps) {
  EXPECT_EQ(read_off_the_mean(local_steps("1e-4", 5)), clients * examples);  // 10 steps
  EXPECT_EQ(read_off_the_mean(local_steps("1e-3", 2)), clients * examples);
  EXPECT_EQ(read_off_the_mean(local_steps("0.01", 1)), clients * examples);
  // Few examples disturb each other little, and want a smaller balance than the default.
  EXPECT_EQ(read_off_the_mean(local_steps("0.01", 2), 20, 1e-4), clients * examples);
  EXPECT_GE(read_off_the_mean(local_steps("0.01", 2), attacks::default_loki_balance, 1e-4), 8u);
}

/// Neither does it where steps are large, nor where one side of the balance is given up.
TEST(MaliciousExchange, LokiIsHopelessAfterManyLargeLocalSteps) {
  EXPECT_LE(read_off_the_mean(local_steps("0.3", 5)), 3u);
  EXPECT_LE(read_off_the_mean(local_steps("0.01", 5), 1e-3), 3u);
  EXPECT_LE(read_off_the_mean(local_steps("0.01", 5), 1e5), 3u);
}

TEST(MaliciousExchange, FishingAsksUntilOneExampleIsLeft) {
  const datasets::Dataset data = data_of(7);
  const Exchange exchange(
      {"[[layers]]\ntype = \"linear\"\noutputs = 16\n[[layers]]\ntype = \"tanh\"\n[[layers]]\ntype = \"linear\"\n"
       "outputs = 10\n",
       "algorithm = \"fedsgd\"\nbatch_size = 4\nlearning_rate = 0.1\n", "", image, 10});
  const FishingTrip trip = fish_by_feature(exchange, exchange.initial(1), data,
                                           {.target_class = 0, .feature = 3, .feature_gain = 1e5}, -1, 1, 1e-6, 1);
  ASSERT_TRUE(trip.found);
  attacks::ThreatModel threat_model = attacks::ThreatModel::of(attacks::Observer::malicious_coordinator);
  threat_model.observes = attacks::View::many_rounds;
  const auto settings = attacks::AttackSettings::from_config(
      ConfigTable::parse_text("method = \"fishing\"\nreconstruct_examples = 1\n[inner]\nmethod = \"analytic_linear\"\n",
                              "fishing"),
      "fishing");
  const attacks::AttackResult result = attacks::run_attack_on_rounds(trip.rounds, threat_model, settings);
  double best = INFINITY;
  for (std::size_t i = 0; i < examples; ++i) {
    double worst = 0;
    for (std::size_t j = 0; j < pixels; ++j)
      worst = std::max(worst, std::abs(result.inputs.at(j) - static_cast<double>(data.features[i * pixels + j])));
    best = std::min(best, worst);
  }
  EXPECT_LT(best, 1e-3);
  expect_error([&] { fish_by_feature(exchange, exchange.initial(1), data, {.target_class = 0}, -1, 1, 1e-6); },
               ErrorKind::usage, {"feature"});
}

}  // namespace
}  // namespace tacit::evaluation
