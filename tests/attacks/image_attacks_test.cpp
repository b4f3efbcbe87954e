#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/observed_gradient.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

class ImageAttacks : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ImageAttacks, RecoverAnImageThatIsKnownToBeRecoverable) {
  const auto& [attack, activation] = GetParam();
  std::string model(tanh_mlp_toml);
  model.replace(model.find("tanh"), 4, activation);
  RecordedRun run(model, {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const std::vector<std::int32_t> label{8};
  AttackSettings chosen = AttackSettings::from_catalog(attack);
  change_matching(chosen, [&](MatchingSettings& matching) { matching.restarts = 1; });
  AttackControl control;
  control.seed = 1;
  const AttackResult result =
      run_attack(run.observe_gradient(image, label), honest_but_curious(), chosen, nullptr, control);
  const Score score_of = score(result, {wide(image), label}, digit);
  const bool cosine = std::string(attack) == "inverting_gradients";
  EXPECT_LT(score_of.mean_mse, cosine ? 1e-3 : 1e-8);
  EXPECT_GT(*score_of.mean_ssim, 0.95);
  EXPECT_EQ(score_of.label_accuracy, 1);
  EXPECT_LT(result.score, result.rows[0].first_score);
}

INSTANTIATE_TEST_SUITE_P(Catalog, ImageAttacks,
                         ::testing::Combine(::testing::Values("dlg", "idlg", "inverting_gradients"),
                                            ::testing::Values("tanh", "sigmoid")),
                         [](const auto& tested) {
                           return std::string(std::get<0>(tested.param)) + "_" + std::get<1>(tested.param);
                         });

TEST(NoiseGradient, GivesAnAttackNothing) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const std::vector<std::int32_t> label{8};
  AttackSettings attack = AttackSettings::from_catalog("idlg");
  change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 2; });
  const Observation noise = noise_control(run.observe_gradient(image, label), 1);
  const AttackResult result = run_attack(noise, honest_but_curious(), attack);
  const GroundTruth truth{wide(image), label};
  EXPECT_GT(score(result, truth, digit).mean_mse, 0.5 * score(grey_baseline(digit, 1), {}, truth, digit).mean_mse);
}

TEST(SoftSignedAdam, RecoversAnImageAndNothingFromNoise) {
  const AttackSettings attack = settings(R"(
method = "gradient_matching"
project = true
[objective]
name = "euclidean"
[solver]
name = "adam"
iterations = 2000
learning_rate = 0.05
soft_sign = true
schedule = "cosine"
[initialiser]
name = "uniform"
[labels]
name = "bias_corrected"
)");
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const GroundTruth truth{wide(image), {8}};
  const Observation seen = run.observe_gradient(image, truth.labels);
  EXPECT_LT(score(run_attack(seen, honest_but_curious(), attack), truth, digit).mean_mse, 1e-4);
  const AttackResult noise = run_attack(noise_control(seen, 1), honest_but_curious(), attack);
  EXPECT_GT(score(noise, truth, digit).mean_mse, 0.5 * score(grey_baseline(digit, 1), {}, truth, digit).mean_mse);
}

TEST(FederatedAveraging, OneFullBatchStepIsTheGradientItself) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, "algorithm = \"fedavg\"\nbatch_size = 8\nlearning_rate = 0.5\n");
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.5, 1), 1);
  AttackSettings attack = AttackSettings::from_catalog("dlg");
  change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 1; });
  const AttackResult result = run_attack(run.observe(1, "c"), honest_but_curious(), attack);
  EXPECT_TRUE(result.notes.empty());
  EXPECT_LT(score(result, {wide(image), label}, digit).mean_mse, 1e-6);
}

// The settings of cohorts stand on the wire, and so an attacker reads each client's update by that client's own.
TEST(ObservedGradient, IsReadByTheSettingsOfTheClientsCohort) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10,
                  "algorithm = \"fedavg\"\nbatch_size = 4\nlearning_rate = 0.5\n"
                  "[[cohorts]]\nname = \"slow\"\nclients = [\"b\"]\nlearning_rate = 0.125\n",
                  4);
  const std::vector<float> update(run.theta().size(), -0.25f);
  std::uint32_t round = 0;
  for (const auto& [client, expected] : {std::pair{"a", 0.5}, std::pair{"b", 2.0}}) {
    run.record(++round, client, UpdateKind::delta, update, 4);
    const ObservedGradient seen = observed_gradient(run.observe(round, client), honest_but_curious(), true, "a test");
    for (const double value : seen.values) ASSERT_NEAR(value, expected, 1e-6) << client;
  }
}

TEST(FederatedAveraging, TheScheduleOfTheRoundSetsTheScale) {
  // In round 3 the rate has fallen twice: 2 * 0.5^2 = 0.5.
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10,
                  "algorithm = \"fedavg\"\nbatch_size = 8\nlearning_rate = 2.0\nschedule = \"step\"\n"
                  "schedule_every = 1\nschedule_factor = 0.5\n");
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  run.record(3, "c", UpdateKind::delta, run.delta(image, label, 0.5, 1), 1);
  const auto expected = run.gradient(image, label);
  const ObservedGradient seen = observed_gradient(run.observe(3, "c"), honest_but_curious(), true, "a test");
  ASSERT_EQ(seen.values.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i)
    ASSERT_NEAR(seen.values[i], static_cast<double>(expected[i]), 1e-6) << i;
}

TEST(FederatedAveraging, TrainingThatLosesTheScaleIsNamed) {
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  for (const auto& [keys, named] :
       std::vector<std::pair<std::string, std::string>>{{"momentum = 0.5\n", "momentum"},
                                                        {"weight_decay = 0.1\n", "weight decay"},
                                                        {"optimizer = \"rmsprop\"\n", "rmsprop"},
                                                        {"clip_gradient_norm = 1.0\n", "clipped"},
                                                        {"gradient = \"spsa\"\n", "estimated"}}) {
    RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, "algorithm = \"fedavg\"\nbatch_size = 8\n" + keys);
    run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.1, 1), 1);
    const Observation observation = run.observe(1, "c");
    expect_error([&] { observed_gradient(observation, honest_but_curious(), true, "a test"); },
                 ErrorKind::configuration, {"a test", named, "cosine"});
    EXPECT_EQ(observed_gradient(observation, honest_but_curious(), false, "a test").notes.size(), 1u);
  }
}

/// The change of a running statistic stands in the update, but is not a gradient.
TEST(Attacks, StatisticsAreNotTakenForGradients) {
  RecordedRun run(
      "[[layers]]\ntype = \"batch_norm\"\nstatistics = \"frozen\"\n[[layers]]\ntype = \"linear\"\noutputs = 10\n", {64},
      10);
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  std::vector<float> update = run.gradient(image, label);
  const auto gradient = update;
  std::fill(update.begin() + 128, update.begin() + 256, 5.0f);  // running_mean and running_var
  run.record(1, "c", UpdateKind::gradient, update, 1);
  const ObservedGradient seen = observed_gradient(run.observe(1, "c"), honest_but_curious(), true, "a test");
  EXPECT_EQ(seen.values, std::vector<double>(gradient.begin(), gradient.end()));
}

TEST(Attacks, AClippedGradientIsReadWithANote) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, "algorithm = \"fedsgd\"\nbatch_size = 1\nclip_gradient_norm = 1.0\n");
  const Observation observation = run.observe_gradient(picture(2), std::vector<std::int32_t>{3});
  const ObservedGradient seen = observed_gradient(observation, honest_but_curious(), true, "a test");
  ASSERT_EQ(seen.notes.size(), 1u);
  EXPECT_NE(seen.notes[0].find("clips"), std::string::npos);
}

TEST(FederatedAveraging, SeveralStepsAreADeclaredApproximation) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10,
                  "algorithm = \"fedavg\"\nlocal_epochs = 3\nbatch_size = 1\nlearning_rate = 0.05\n");
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.05, 3), 1);
  AttackSettings attack = AttackSettings::from_catalog("idlg");
  change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 1; });
  const AttackResult result = run_attack(run.observe(1, "c"), honest_but_curious(), attack);
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_NE(result.notes[0].find("3 local steps"), std::string::npos);
  EXPECT_LT(score(result, {wide(image), label}, digit).mean_mse, 0.02);

  ThreatModel blind = honest_but_curious();
  blind.knows_learning_rate = false;
  expect_error([&] { run_attack(run.observe(1, "c"), blind, attack); }, ErrorKind::configuration,
               {"learning rate", "denies"});
}

TEST(Attacks, ABatchIsMatchedAsAWhole) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, 4);
  std::vector<float> images = picture(3);
  const auto second = picture(4);
  images.insert(images.end(), second.begin(), second.end());
  const std::vector<std::int32_t> labels{2, 9};
  AttackSettings attack = AttackSettings::from_catalog("idlg");
  change_matching(attack, [&](MatchingSettings& matching) {
    matching.label_rule = make_label_rule(ConfigTable::parse_text("name = \"negative_bias\"", "t.toml"));
  });
  change_matching(attack, [&](MatchingSettings& matching) { matching.restarts = 2; });
  const AttackResult result = run_attack(run.observe_gradient(images, labels), honest_but_curious(), attack);
  EXPECT_EQ(result.count, 2u);
  const Score score_of = score(result, {wide(images), labels}, digit);
  EXPECT_EQ(score_of.label_accuracy, 1);
  EXPECT_LT(score_of.mean_mse, 1e-4);
}

}  // namespace
}  // namespace tacit::attacks
