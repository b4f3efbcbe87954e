#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

TEST(AnalyticLinear, ReadsTheInputOffARecordedGradient) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, fedsgd_toml, seed);
    const auto image = picture(seed);
    const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed)};
    const AttackResult result =
        run_attack(run.observe_gradient(image, label), honest_but_curious(), AttackSettings::from_catalog("analytic"));
    const Score score_of = score(result, {wide(image), label}, digit);
    EXPECT_LT(score_of.mean_mse, 1e-14);  // float32 keeps about seven digits
    EXPECT_GT(*score_of.mean_psnr, 130);
    EXPECT_EQ(score_of.label_accuracy, 1);
    EXPECT_LT(result.score, 1e-6);
  }
}

TEST(AnalyticLinear, ReadsTheInputOffManyStepsOnOneExample) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10);
  const auto image = picture(1);
  const std::vector<std::int32_t> label{6};
  run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.1, 5), 1);
  ThreatModel threat_model = honest_but_curious();
  threat_model.knows_learning_rate = threat_model.knows_local_steps = false;
  const AttackResult result = run_attack(run.observe(1, "c"), threat_model, AttackSettings::from_catalog("analytic"));
  EXPECT_LT(score(result, {wide(image), label}, digit).mean_mse, 1e-8);  // the delta lost digits to theta
  EXPECT_EQ(result.labels, label);
}

TEST(AnalyticLinear, FindsInputsOfABatchThatDriveUnitsAlone) {
  const std::string relu =
      "[[layers]]\ntype = \"linear\"\noutputs = 400\n[[layers]]\ntype = \"relu\"\n[[layers]]\ntype = "
      "\"linear\"\noutputs = 10\n";
  RecordedRun run(relu, {1, 8, 8}, 10);
  std::vector<float> images;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const auto image = picture(seed);
    for (const float value : image) images.push_back(seed == 2 ? -value : value);
  }
  const std::vector<std::int32_t> labels{1, 2, 3};
  const AttackResult result = run_attack(run.observe_gradient(images, labels), honest_but_curious({-1, 1}),
                                         AttackSettings::from_catalog("analytic"));
  const Score score_of = score(result, {wide(images), labels}, {{1, 8, 8}, Bounds{-1, 1}, false});
  for (const ExampleScore& example : score_of.examples) EXPECT_LT(example.mse, 1e-10);
  EXPECT_EQ(score_of.label_accuracy, 1);
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_NE(result.notes[0].find("3 of 3"), std::string::npos) << result.notes[0];
}

TEST(AnalyticLinear, RefusesModelsWithoutTheLayer) {
  RecordedRun no_bias("[[layers]]\ntype = \"linear\"\noutputs = 3\nbias = false\n", {4}, 3);
  const std::vector<std::int32_t> label{1};
  const auto analytic = AttackSettings::from_catalog("analytic");
  expect_error(
      [&] { run_attack(no_bias.observe_gradient(random_inputs(4, 0, 1, 1), label), honest_but_curious(), analytic); },
      ErrorKind::configuration, {"without a bias"});
  RecordedRun circuit(
      "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\n"
      "layers = 1\nobservables = \"z_all\"\n",
      {4}, 2);
  expect_error(
      [&] { run_attack(circuit.observe_gradient(random_inputs(4, 0, 1, 1), label), honest_but_curious(), analytic); },
      ErrorKind::configuration, {"fully connected first layer", "'quantum'"});
}

}  // namespace
}  // namespace tacit::attacks
