#include "attacks/malicious/imprint.h"

#include <algorithm>
#include <numeric>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/imprint_inversion.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

std::string relu_mlp(std::size_t units) {
  return "[[layers]]\ntype = \"linear\"\noutputs = " + std::to_string(units) +
         "\n[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n";
}

/// Mean and deviation of the mean of 64 features, uniform in [0, 1).
const MeanFeature uniform_features{0.5, std::sqrt(1.0 / 12 / 64)};

ReluBlock block_of(const RecordedRun& run) {
  return first_relu_block(observed_model(run.description())).value();
}

/// A run whose coordinator sends an imprint.
class ImprintedRun : public RecordedRun {
 public:
  explicit ImprintedRun(std::size_t units = 63, const MeanFeature& believed = uniform_features)
      : RecordedRun(relu_mlp(units), {1, 8, 8}, 10) {
    std::vector<float> imprinted(theta().begin(), theta().end());
    write_imprint(block_of(*this), believed, imprinted);
    set_theta(std::move(imprinted));
  }
};

/// Features with a given mean.
std::vector<float> features_of_mean(double mean, std::uint64_t seed) {
  auto values = random_inputs(64, 0.2, 0.8, seed);
  const double shift = mean - std::accumulate(values.begin(), values.end(), 0.0) / 64;
  for (float& value : values) value += static_cast<float>(shift);
  return values;
}

std::vector<float> joined(const std::vector<std::vector<float>>& examples) {
  std::vector<float> all;
  for (const auto& example : examples) all.insert(all.end(), example.begin(), example.end());
  return all;
}

/// How many examples [count, 64] were read exactly.
std::size_t exact_copies(const std::vector<ImprintedInput>& found, std::span<const float> examples) {
  std::size_t copies = 0;
  for (std::size_t i = 0; i * 64 < examples.size(); ++i) {
    const auto example = examples.subspan(i * 64, 64);
    copies += std::any_of(found.begin(), found.end(), [&](const ImprintedInput& bin) {
      return std::equal(example.begin(), example.end(), bin.input.begin(),
                        [](float truth, double value) { return std::abs(static_cast<double>(truth) - value) < 1e-3; });
    });
  }
  return copies;
}

/// Reads 960 examples in batches of n off an imprint and returns the share of exact copies.
double share_of_copies(std::size_t units, std::size_t n) {
  const ImprintedRun run(units);
  const ReluBlock block = block_of(run);
  const std::vector<double> theta(run.theta().begin(), run.theta().end());
  RandomStream random({1, Purpose::test, 0, 0});
  std::size_t copies = 0;
  for (std::size_t batch = 0; batch < 960 / n; ++batch) {
    const auto examples = random_inputs(64 * n, 0, 1, 1000 * n + batch);
    Labels labels(n);
    for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.below(10));
    const auto sent = run.gradient(examples, labels);
    copies += exact_copies(read_imprint(block, theta, std::vector<double>(sent.begin(), sent.end())), examples);
  }
  return static_cast<double>(copies) / 960;
}

/// On m + 1 equally likely bins, the lowest of which is blind, one of n examples is read if it is seen and alone: with
/// probability (m / (m + 1))^n.
TEST(Imprint, ReadsAsManyExamplesAsAreAloneInTheirBins) {
  for (const std::size_t n : {4u, 16u, 48u}) {
    EXPECT_NEAR(share_of_copies(63, n), std::pow(63.0 / 64, static_cast<double>(n)), 0.05) << n;
  }
}

/// Exact copies out of 64 with 1000 bins as published for CIFAR-10, CIFAR-100 and ImageNet (arXiv 2503.11514). Ours
/// have uniform features, whose mean and deviation the coordinator knows.
TEST(Imprint, ReadsAsManyExamplesAsPublished) {
  EXPECT_NEAR(64 * share_of_copies(1000, 8), (63 + 64 + 64) / 3.0, 2);
  EXPECT_NEAR(64 * share_of_copies(1000, 32), (60 + 61 + 64) / 3.0, 2);
  EXPECT_NEAR(64 * share_of_copies(1000, 64), (60 + 60 + 61) / 3.0, 2);
}

TEST(Imprint, ReadsABatchOffTheWire) {
  ImprintedRun run;
  std::vector<std::vector<float>> examples;
  for (const double mean : {0.47, 0.49, 0.505, 0.53}) examples.push_back(features_of_mean(mean, examples.size()));
  const auto all = joined(examples);
  const Labels labels{1, 2, 2, 9};
  const AttackResult result =
      run_attack(run.observe_gradient(all, labels), malicious_coordinator(), AttackSettings::from_catalog("imprint"));
  for (const ExampleScore& example : score(result, {wide(all), labels}, digit).examples) EXPECT_LT(example.mse, 1e-9);
  EXPECT_LT(result.score, 1e-5);
  EXPECT_EQ(result.labels.size(), 4u);
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_NE(result.notes[0].find("4 of its 63 bins"), std::string::npos) << result.notes[0];
  EXPECT_NE(result.notes[0].find("each input is exact"), std::string::npos) << result.notes[0];
}

TEST(Imprint, DoesNotDependOnTheOrderOfUnits) {
  ImprintedRun run;
  const ReluBlock block = block_of(run);
  std::vector<float> theta(run.theta().begin(), run.theta().end());
  std::reverse(theta.begin() + static_cast<std::ptrdiff_t>(*block.first.bias_offset),
               theta.begin() + static_cast<std::ptrdiff_t>(*block.first.bias_offset + 63));
  run.set_theta(theta);
  const auto all = joined({features_of_mean(0.48, 1), features_of_mean(0.51, 2)});
  const auto sent = run.gradient(all, Labels{3, 4});
  const auto found = read_imprint(block, std::vector<double>(theta.begin(), theta.end()),
                                  std::vector<double>(sent.begin(), sent.end()));
  EXPECT_EQ(found.size(), 2u);
  EXPECT_EQ(exact_copies(found, all), 2u);
}

/// Two examples in one bin leave one equation for two unknowns.
TEST(Imprint, IsHopelessWhereExamplesShareABin) {
  ImprintedRun run;
  const auto all = joined({features_of_mean(0.5001, 1), features_of_mean(0.5001, 2)});
  const Labels labels{3, 4};
  const AttackResult result =
      run_attack(run.observe_gradient(all, labels), malicious_coordinator(), AttackSettings::from_catalog("imprint"));
  for (const ExampleScore& example : score(result, {wide(all), labels}, digit).examples) EXPECT_GT(example.mse, 1e-3);
  EXPECT_NE(result.notes.at(0).find("1 of its 63 bins"), std::string::npos) << result.notes[0];
  EXPECT_NE(result.notes[0].find("mixture"), std::string::npos) << result.notes[0];
}

TEST(Imprint, TakesNoiseForNoExample) {
  ImprintedRun run;
  const Observation noise =
      noise_control(run.observe_gradient(random_inputs(64 * 63, 0, 1, 1), Labels(63, 2)), 1);  // one for each bin
  const AttackResult result = run_attack(noise, malicious_coordinator(), AttackSettings::from_catalog("imprint"));
  EXPECT_GT(result.score, 1e-3);
  EXPECT_EQ(result.notes.at(0).find("exact"), std::string::npos) << result.notes[0];
}

TEST(Imprint, RefusesModelsThatNobodyTamperedWithAndBatchesItDoesNotSee) {
  const auto attack = AttackSettings::from_catalog("imprint");
  const auto image = features_of_mean(0.5, 1);
  const Labels label{1};
  RecordedRun honest(relu_mlp(63), {1, 8, 8}, 10);
  expect_error([&] { run_attack(honest.observe_gradient(image, label), malicious_coordinator(), attack); },
               ErrorKind::configuration, {"no such imprint"});
  RecordedRun tanh(tanh_mlp_toml, {1, 8, 8}, 10);
  expect_error([&] { run_attack(tanh.observe_gradient(image, label), malicious_coordinator(), attack); },
               ErrorKind::configuration, {"'relu'"});
  // All cut-offs lie above every example: no unit is active.
  ImprintedRun blind(63, {100, 1});
  expect_error([&] { run_attack(blind.observe_gradient(image, label), malicious_coordinator(), attack); },
               ErrorKind::data, {"bias gradient", "zero"});
}

TEST(Imprint, IsForSendersOfCraftedModelsOnly) {
  ImprintedRun run;
  const Observation seen = run.observe_gradient(features_of_mean(0.5, 1), Labels{1});
  expect_error([&] { run_attack(seen, honest_but_curious(), AttackSettings::from_catalog("imprint")); },
               ErrorKind::configuration, {"'imprint'", "crafted parameters", "honest_but_curious_coordinator"});
}

TEST(ImprintCrafting, PutsCutoffsAtQuantiles) {
  const auto cutoffs = imprint_cutoffs(3, {2, 10});
  const double quartile = 0.674489750196081743;  // of the standard normal distribution
  EXPECT_NEAR(cutoffs.at(0), 2 - 10 * quartile, 1e-13);
  EXPECT_NEAR(cutoffs.at(1), 2, 1e-13);
  EXPECT_NEAR(cutoffs.at(2), 2 + 10 * quartile, 1e-13);
}

TEST(ImprintCrafting, ChangesTheBlockAlone) {
  const RecordedRun honest(relu_mlp(63), {1, 8, 8}, 10);
  const ImprintedRun imprinted;
  const ReluBlock block = block_of(honest);
  const std::size_t from = block.first.weight_offset, block_end = block.second.weight_offset + 63 * 10;
  ASSERT_EQ(block.second.outputs, 10u);
  for (std::size_t i = 0; i < honest.theta().size(); ++i) {
    const bool inside = from <= i && i < block_end;
    ASSERT_TRUE(inside || honest.theta()[i] == imprinted.theta()[i]) << i;
  }
  for (std::size_t r = 0; r < 10; ++r) {
    const std::size_t row = block.second.weight_offset + r * 63;
    for (std::size_t j = 0; j < 63; ++j) ASSERT_EQ(imprinted.theta()[row + j], honest.theta()[row]);
  }
}

TEST(ImprintCrafting, RefusesWhatCannotWork) {
  for (const MeanFeature& bad :
       {MeanFeature{0, 0}, MeanFeature{0, -1}, MeanFeature{NAN, 1}, MeanFeature{0, INFINITY}}) {
    expect_error([&] { imprint_cutoffs(4, bad); }, ErrorKind::usage, {"positive deviation"});
  }
  const RecordedRun run(relu_mlp(63), {1, 8, 8}, 10);
  std::vector<float> zeros(run.theta().size());
  expect_error([&] { write_imprint(block_of(run), uniform_features, zeros); }, ErrorKind::usage, {"first column"});
}

}  // namespace
}  // namespace tacit::attacks
