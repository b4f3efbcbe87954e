#include "attacks/malicious/trap_weights.h"

#include <algorithm>
#include <numeric>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/score.h"
#include "attacks/trap_weights_inversion.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

std::string relu_mlp(std::size_t units) {
  return "[[layers]]\ntype = \"linear\"\noutputs = " + std::to_string(units) +
         "\n[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n";
}

constexpr std::size_t units = 512;

/// A run whose coordinator sends trap weights.
class TrappedRun : public RecordedRun {
 public:
  explicit TrappedRun(double scale) : RecordedRun(relu_mlp(units), {1, 8, 8}, 10) {
    std::vector<float> trapped(theta().begin(), theta().end());
    RandomStream random({7, Purpose::crafting, 0, 0});
    write_trap_weights(layer(), {0.5, scale}, random, trapped);
    set_theta(std::move(trapped));
  }
  LinearLayer layer() const { return first_relu_block(model())->first; }
  std::span<const float> row(std::size_t k) const { return theta().subspan(layer().weight_offset + k * 64, 64); }
};

Labels some_labels(std::size_t count) {
  Labels labels(count);
  for (std::size_t i = 0; i < count; ++i) labels[i] = static_cast<std::int32_t>(i % 10);
  return labels;
}

std::size_t exact(const AttackResult& result, std::span<const float> inputs, const Labels& labels) {
  std::size_t copies = 0;
  for (const ExampleScore& one : score(result, {wide(inputs), labels}, digit).examples)
    copies += one.mse < 1e-9 ? 1 : 0;
  return copies;
}

TEST(TrapWeights, HaveHalfOfEachRowNegativeAndTheSameSizesScaledOnTheOtherHalf) {
  const TrappedRun run(0.95);
  double total = 0;
  for (std::size_t k = 0; k < units; ++k) {
    std::vector<float> negative, positive;
    for (const float weight : run.row(k)) (weight < 0 ? negative : positive).push_back(std::abs(weight));
    ASSERT_EQ(negative.size(), 32u);
    ASSERT_EQ(positive.size(), 32u);
    std::sort(negative.begin(), negative.end());
    std::sort(positive.begin(), positive.end());
    for (std::size_t i = 0; i < 32; ++i) ASSERT_NEAR(positive[i], 0.95f * negative[i], 1e-6);
    total += std::accumulate(negative.begin(), negative.end(), 0.0);
  }
  // E|z| = sigma sqrt(2 / pi).
  EXPECT_NEAR(total / (32 * units), 0.5 * std::sqrt(2 / 3.14159265358979), 0.01);
  for (std::size_t k = 0; k < units; ++k) EXPECT_EQ(run.theta()[*run.layer().bias_offset + k], 0);
}

TEST(TrapWeights, LetFewExamplesPassAndOrdinaryWeightsHalfOfThem) {
  const auto share = [](const RecordedRun& run) {
    const LinearLayer layer = first_relu_block(run.model())->first;
    const auto inputs = random_inputs(64 * 64, 0, 1, 11);
    std::size_t passes = 0;
    for (std::size_t i = 0; i < 64; ++i)
      for (std::size_t k = 0; k < units; ++k) {
        double sum = run.theta()[*layer.bias_offset + k];
        for (std::size_t j = 0; j < 64; ++j) sum += run.theta()[layer.weight_offset + k * 64 + j] * inputs[i * 64 + j];
        passes += sum > 0 ? 1 : 0;
      }
    return static_cast<double>(passes) / static_cast<double>(64 * units);
  };
  EXPECT_NEAR(share(RecordedRun(relu_mlp(units), {1, 8, 8}, 10)), 0.5, 0.1);
  EXPECT_LT(share(TrappedRun(0.6)), 0.1);
  EXPECT_LT(share(TrappedRun(0.6)), share(TrappedRun(0.8)));
}

/// Where about one example in 32 passes a unit, nearly all of 32 pass some unit alone. An ordinary layer, too, gives
/// some away, as its units are nearly all on or all off for a whole batch, and a few are between.
TEST(TrapWeights, GiveAwayABatchOfWhichAnOrdinaryLayerHidesMost) {
  const auto inputs = random_inputs(32 * 64, 0, 1, 3);
  const Labels labels = some_labels(32);
  TrappedRun trapped(0.7);
  const AttackResult result = run_attack(trapped.observe_gradient(inputs, labels), malicious_coordinator(),
                                         AttackSettings::from_catalog("trap_weights"));
  EXPECT_GE(exact(result, inputs, labels), 28u);
  EXPECT_NE(result.notes.at(0).find("are certain"), std::string::npos) << result.notes[0];

  RecordedRun honest(relu_mlp(units), {1, 8, 8}, 10);
  const AttackResult passive = run_attack(honest.observe_gradient(inputs, labels), honest_but_curious(),
                                          AttackSettings::from_catalog("analytic"));
  EXPECT_LE(exact(passive, inputs, labels), 14u);
}

/// Without biases, an example and its darker copy pass the same units: every ratio mixes them.
TEST(TrapWeights, AreHopelessWhereExamplesPassTheSameUnits) {
  TrappedRun run(0.75);
  auto inputs = random_inputs(64, 0, 1, 3);
  for (std::size_t j = 0; j < 64; ++j) inputs.push_back(0.5f * inputs[j]);
  const Labels labels{1, 2};
  const AttackResult result = run_attack(run.observe_gradient(inputs, labels), malicious_coordinator(),
                                         AttackSettings::from_catalog("trap_weights"));
  EXPECT_EQ(exact(result, inputs, labels), 0u);
  EXPECT_EQ(result.score, 1);
}

TEST(TrapWeights, TakeNoiseForNoExample) {
  TrappedRun run(0.6);
  const Observation noise = noise_control(run.observe_gradient(random_inputs(64, 0, 1, 1), Labels{2}), 1);
  EXPECT_EQ(run_attack(noise, malicious_coordinator(), AttackSettings::from_catalog("trap_weights")).score, 1);
}

TEST(TrapWeights, AreRefusedWhereNobodySetThem) {
  const auto attack = AttackSettings::from_catalog("trap_weights");
  const auto image = picture(1);
  RecordedRun honest(relu_mlp(units), {1, 8, 8}, 10);
  const Observation seen = honest.observe_gradient(image, Labels{1});
  expect_error([&] { run_attack(seen, malicious_coordinator(), attack); }, ErrorKind::configuration,
               {"row", "negative"});
  expect_error([&] { run_attack(seen, honest_but_curious(), attack); }, ErrorKind::configuration,
               {"'trap_weights'", "crafted parameters"});
  RecordedRun tanh(tanh_mlp_toml, {1, 8, 8}, 10);
  expect_error([&] { run_attack(tanh.observe_gradient(image, Labels{1}), malicious_coordinator(), attack); },
               ErrorKind::configuration, {"'relu'"});
}

}  // namespace
}  // namespace tacit::attacks
