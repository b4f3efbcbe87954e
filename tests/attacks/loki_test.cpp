#include "attacks/malicious/loki.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/loki_inversion.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

constexpr std::size_t clients = 3, examples = 4, size = 2 * 6 * 6;
const Shape image{2, 6, 6};
const MeanFeature believed{0.5, 0.02};

std::string loki_model(std::size_t kernel, std::size_t padding) {
  return "[[layers]]\ntype = \"conv2d\"\nchannels = 15\nkernel = " + std::to_string(kernel) +
         "\npadding = " + std::to_string(padding) +
         "\n[[layers]]\ntype = \"flatten\"\n[[layers]]\ntype = \"linear\"\noutputs = 63\n[[layers]]\ntype = \"relu\"\n"
         "[[layers]]\ntype = \"linear\"\noutputs = 10\n";
}

/// Two-channel pictures whose means lie in bins of their own, equal for every client.
std::vector<float> pictures(std::size_t client) {
  std::vector<float> all;
  for (std::size_t i = 0; i < examples; ++i) {
    auto one = random_inputs(size, 0.2, 0.8, 100 * client + i);
    const double mean = std::accumulate(one.begin(), one.end(), 0.0) / size;
    const double wanted = 0.47 + 0.02 * static_cast<double>(i);
    for (float& value : one) value += static_cast<float>(wanted - mean);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

struct Round {
  Observation sum;
  GroundTruth truth;
};

/// All clients' gradients as secure aggregation shows them; client c is sent the kernels of client sent(c).
template <class Sent>
Round round_of(const std::string& model, const Sent& sent) {
  std::vector<Observation> seen;
  GroundTruth truth;
  for (std::size_t c = 0; c < clients; ++c) {
    RecordedRun run(model, image, 10);
    std::vector<float> theta(run.theta().begin(), run.theta().end());
    write_loki(find_loki_block(run.model()).value(), sent(c), believed, default_loki_balance, theta);
    run.set_theta(std::move(theta));
    const auto inputs = pictures(c);
    const Labels labels{1, 2, 3, static_cast<std::int32_t>(c)};
    seen.push_back(run.observe_gradient(inputs, labels));
    truth.inputs.insert(truth.inputs.end(), inputs.begin(), inputs.end());
    truth.labels.insert(truth.labels.end(), labels.begin(), labels.end());
  }
  return {Observation::mean_of(seen), truth};
}

ThreatModel behind_secure_aggregation() {
  ThreatModel model = malicious_coordinator();
  model.observes = View::aggregate;
  return model;
}

std::size_t exact(const AttackResult& result, const GroundTruth& truth) {
  std::size_t copies = 0;
  for (const ExampleScore& one : score(result, truth, {image, Bounds{0, 1}, false}).examples)
    copies += one.mse < 1e-7 ? 1 : 0;
  return copies;
}

TEST(Loki, FindsItsBlockAndCountsItsClients) {
  const RecordedRun run(loki_model(3, 1), image, 10);
  const auto block = find_loki_block(run.model());
  ASSERT_TRUE(block);
  EXPECT_EQ(block->clients(), 3u);
  EXPECT_EQ(block->pixels, 36u);
  EXPECT_EQ(block->block.first.inputs, 15u * 36);
  EXPECT_FALSE(find_loki_block(RecordedRun(loki_model(3, 0), image, 10).model()));
  EXPECT_FALSE(find_loki_block(RecordedRun(loki_model(2, 1), image, 10).model()));
  EXPECT_FALSE(find_loki_block(RecordedRun(tanh_mlp_toml, {64}, 10).model()));
}

/// The pre-activation of every unit, by the definitions of convolution and linear layer.
std::vector<double> pre_activations(const LokiBlock& block, std::span<const double> theta, std::span<const float> x) {
  const std::size_t side = 6, k = block.kernel, half = k / 2;
  std::vector<double> filtered;
  for (std::size_t o = 0; o < block.channels; ++o)
    for (std::size_t row = 0; row < side; ++row)
      for (std::size_t column = 0; column < side; ++column) {
        double sum = theta[block.bias_offset + o];
        for (std::size_t c = 0; c < block.image_channels; ++c)
          for (std::size_t i = 0; i < k * k; ++i) {
            const std::size_t y = row + i / k - half, z = column + i % k - half;  // wraps below 0, beyond side
            if (y >= side || z >= side) continue;
            sum += theta[block.kernel_offset + (o * block.image_channels + c) * k * k + i] *
                   static_cast<double>(x[(c * side + y) * side + z]);
          }
        filtered.push_back(sum);
      }
  std::vector<double> result;
  const LinearLayer& layer = block.block.first;
  for (std::size_t unit = 0; unit < layer.outputs; ++unit) {
    const auto weights = layer.weight_row(theta, unit);
    result.push_back(layer.bias(theta)[unit] +
                     std::inner_product(weights.begin(), weights.end(), filtered.begin(), 0.0));
  }
  return result;
}

/// What the header promises of one step: no pre-activation moves by more than 3 eta u b, nor do neighbouring columns of
/// the second layer part by more than eta u a w of themselves.
TEST(Loki, DriftsNoMoreThanItsScalesAllow) {
  RecordedRun run(loki_model(3, 1), image, 10);
  const LokiBlock block = find_loki_block(run.model()).value();
  std::vector<float> start(run.theta().begin(), run.theta().end());
  write_loki(block, 1, believed, default_loki_balance, start);
  run.set_theta(start);
  const LokiScales scales = loki_scales(block, believed, default_loki_balance);
  const auto inputs = pictures(1);
  const double rate = 0.1;
  const std::vector<float> delta = run.delta(inputs, Labels{1, 2, 3, 4}, rate, 1);
  std::vector<double> before(start.begin(), start.end()), after = before;
  for (std::size_t i = 0; i < after.size(); ++i) after[i] += static_cast<double>(delta[i]);

  const double bound = 3 * rate * std::numbers::sqrt2 * scales.column;
  double largest = 0;
  for (std::size_t i = 0; i < examples; ++i) {
    const auto one = std::span(inputs).subspan(i * size, size);
    const auto z0 = pre_activations(block, before, one), z1 = pre_activations(block, after, one);
    for (std::size_t k = 0; k < z0.size(); ++k) {
      const double h = 0.47 + 0.02 * static_cast<double>(i);
      // a (h - q) at the start.
      ASSERT_NEAR(z0[k], scales.measure * (h - imprint_cutoffs(63, believed)[k]), 1e-5 * scales.measure);
      largest = std::max(largest, std::abs(z1[k] - z0[k]));
    }
  }
  EXPECT_LE(largest, bound);
  EXPECT_GT(largest, 0.01 * bound);  // or the bound would say nothing

  const LinearLayer& second = block.block.second;
  const auto cutoffs = imprint_cutoffs(63, believed);
  for (std::size_t k = 0; k + 1 < second.inputs; ++k) {
    double square = 0;
    for (std::size_t r = 0; r < second.outputs; ++r) {
      const std::size_t at = second.weight_offset + r * second.inputs + k;
      square += std::pow(after[at] - after[at + 1], 2);
    }
    EXPECT_LE(std::sqrt(square),
              rate * std::numbers::sqrt2 * scales.measure * (cutoffs[k + 1] - cutoffs[k]) + 1e-6 * scales.column);
  }
}

TEST(Loki, ReadsEveryClientOffTheMeanOverAll) {
  for (const auto& model : {loki_model(3, 1), loki_model(1, 0)}) {
    const Round round = round_of(model, [](std::size_t c) { return c; });
    const AttackResult result =
        run_attack(round.sum, behind_secure_aggregation(), AttackSettings::from_catalog("loki"));
    EXPECT_EQ(exact(result, round.truth), clients * examples);
    EXPECT_NE(result.notes.at(0).find("12 bins of 3 clients"), std::string::npos) << result.notes[0];
  }
}

/// The same kernels for all: clients whose examples share bins are summed and cannot be told apart.
TEST(Loki, IsHopelessWhereAllClientsAreSentTheSameKernels) {
  const Round round = round_of(loki_model(3, 1), [](std::size_t) { return 0; });
  const AttackResult result = run_attack(round.sum, behind_secure_aggregation(), AttackSettings::from_catalog("loki"));
  EXPECT_EQ(exact(result, round.truth), 0u);
}

TEST(Loki, IsRefusedWithoutItsModelAndItsPowers) {
  const auto attack = AttackSettings::from_catalog("loki");
  const Round round = round_of(loki_model(3, 1), [](std::size_t c) { return c; });
  ThreatModel parameters = behind_secure_aggregation();
  parameters.crafts = Crafts::parameters;
  expect_error([&] { run_attack(round.sum, parameters, attack); }, ErrorKind::configuration,
               {"'loki'", "crafted model", "malicious_coordinator"});
  RecordedRun honest(loki_model(3, 1), image, 10);
  expect_error(
      [&] {
        run_attack(honest.observe_gradient(pictures(0), Labels{1, 2, 3, 4}), malicious_coordinator(), attack);
      },
      ErrorKind::configuration, {"no such imprint"});
  RecordedRun tanh(tanh_mlp_toml, {1, 8, 8}, 10);
  expect_error([&] { run_attack(tanh.observe_gradient(picture(1), Labels{1}), malicious_coordinator(), attack); },
               ErrorKind::configuration, {"'conv2d'"});
}

}  // namespace
}  // namespace tacit::attacks
