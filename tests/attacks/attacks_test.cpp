#include <atomic>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "attacks/recorded_run.h"
#include "attacks/score.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr double pi = std::numbers::pi;

ThreatModel honest_but_curious(const Bounds& bounds = {0, 1}, bool angles = false) {
  ThreatModel model;
  model.offer_feature_bounds(bounds, angles);
  return model;
}

AttackSettings settings(const std::string& toml) {
  return AttackSettings::from_config(ConfigTable::parse_text(toml, "test.toml"), "test");
}

std::vector<double> wide(std::span<const float> values) {
  return {values.begin(), values.end()};
}

const Features digit{{1, 8, 8}, Bounds{0, 1}, false};

/// A picture with edges and flat parts, as digits have.
std::vector<float> picture(std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 3, 0});
  const double x = random.uniform(2, 5), y = random.uniform(2, 5), radius = random.uniform(1.5, 2.5);
  std::vector<float> image(64);
  for (int i = 0; i < 8; ++i) {
    for (int j = 0; j < 8; ++j) {
      const double distance = std::abs(std::hypot(i - y, j - x) - radius);
      image[static_cast<std::size_t>(i * 8 + j)] = static_cast<float>(std::max(0.0, 1 - distance));
    }
  }
  return image;
}

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

class ImageAttacks : public ::testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(ImageAttacks, RecoverAnImageThatIsKnownToBeRecoverable) {
  const auto& [attack, activation] = GetParam();
  std::string model(tanh_mlp_toml);
  model.replace(model.find("tanh"), 4, activation);
  RecordedRun run(model, {1, 8, 8}, 10, fedsgd_toml, 4);
  const auto image = picture(7);
  const std::vector<std::int32_t> label{8};
  AttackSettings chosen = AttackSettings::from_catalog(attack);
  chosen.matching.restarts = 1;
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
  attack.matching.restarts = 2;
  const Observation noise = noise_control(run.observe_gradient(image, label), 1);
  const AttackResult result = run_attack(noise, honest_but_curious(), attack);
  const GroundTruth truth{wide(image), label};
  EXPECT_GT(score(result, truth, digit).mean_mse, 0.5 * score(grey_baseline(digit, 1), {}, truth, digit).mean_mse);
}

/// Four qubits, R_Y encoding, two layers, the mean of Z: a setting that the qflp study recovers in 20 of 20 cases.
constexpr const char* circuit_toml =
    "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\n"
    "encoding_axis = \"y\"\nlayers = 2\nobservables = \"z_mean\"\n";

TEST(CircuitMatching, RecoversTheInputsOfFourQubits) {
  const Features angles{{4}, Bounds{0, pi}, true};
  AttackSettings attack = AttackSettings::from_catalog("vqc_matching");
  attack.matching.restarts = 10;  // as in the study
  std::size_t recovered = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RecordedRun run(circuit_toml, {4}, 2, fedsgd_toml, seed);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 50 + seed));
    const auto inputs = random_inputs(4, 0, pi, seed);
    const std::vector<std::int32_t> label{static_cast<std::int32_t>(seed % 2)};
    ThreatModel threat_model = honest_but_curious({0, pi}, true);
    const AttackResult result = run_attack(run.observe_gradient(inputs, label), threat_model, attack);
    EXPECT_EQ(result.rows.size(), 20u);  // ten starts for each label
    const Score score_of = score(result, {wide(inputs), label}, angles);
    recovered += score_of.examples[0].largest_error < 0.05 ? 1u : 0u;
  }
  EXPECT_EQ(recovered, 20u);
}

TEST(CircuitMatching, AnInputOutsideTheLightConeIsAmbiguousNotStuck) {
  // Z on qubit 0 behind one layer and a chain of CNOTs sees qubit 0 only: the other inputs leave no trace.
  RecordedRun run(
      "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nqubits = 4\nencoding = \"angle\"\n"
      "encoding_axis = \"y\"\nlayers = 1\nobservables = \"z_first\"\n",
      {4}, 2);
  const auto inputs = random_inputs(4, 0, pi, 1);
  const std::vector<std::int32_t> label{1};
  const Observation seen = run.observe_gradient(inputs, label);
  const AttackResult result =
      run_attack(seen, honest_but_curious({0, pi}, true), AttackSettings::from_catalog("vqc_matching"));
  double norm = 0;
  for (const float value : seen.update()) norm += static_cast<double>(value) * static_cast<double>(value);
  const Score score_of = score(result, {wide(inputs), label}, {{4}, Bounds{0, pi}, true});
  EXPECT_EQ(outcome_of(score_of.examples[0].largest_error, result.score, norm), Outcome::ambiguous);
}

TEST(FederatedAveraging, OneFullBatchStepIsTheGradientItself) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10, "algorithm = \"fedavg\"\nbatch_size = 8\nlearning_rate = 0.5\n");
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.5, 1), 1);
  AttackSettings attack = AttackSettings::from_catalog("dlg");
  attack.matching.restarts = 1;
  const AttackResult result = run_attack(run.observe(1, "c"), honest_but_curious(), attack);
  EXPECT_TRUE(result.notes.empty());
  EXPECT_LT(score(result, {wide(image), label}, digit).mean_mse, 1e-6);
}

TEST(FederatedAveraging, SeveralStepsAreADeclaredApproximation) {
  RecordedRun run(tanh_mlp_toml, {1, 8, 8}, 10,
                  "algorithm = \"fedavg\"\nlocal_epochs = 3\nbatch_size = 1\nlearning_rate = 0.05\n");
  const auto image = picture(2);
  const std::vector<std::int32_t> label{3};
  run.record(1, "c", UpdateKind::delta, run.delta(image, label, 0.05, 3), 1);
  AttackSettings attack = AttackSettings::from_catalog("idlg");
  attack.matching.restarts = 1;
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
  attack.matching.label_rule = make_label_rule(ConfigTable::parse_text("name = \"negative_bias\"", "t.toml"));
  attack.matching.restarts = 2;
  const AttackResult result = run_attack(run.observe_gradient(images, labels), honest_but_curious(), attack);
  EXPECT_EQ(result.count, 2u);
  const Score score_of = score(result, {wide(images), labels}, digit);
  EXPECT_EQ(score_of.label_accuracy, 1);
  EXPECT_LT(score_of.mean_mse, 1e-4);
}

constexpr const char* quick = R"(
method = "gradient_matching"
restarts = 3
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 20
[initialiser]
name = "normal"
[labels]
name = "joint"
)";

class AttackRuns : public ::testing::Test {
 protected:
  AttackRuns()
      : run_(tanh_mlp_toml, {1, 8, 8}, 10), seen_(run_.observe_gradient(picture(1), std::vector<std::int32_t>{4})) {}
  RecordedRun run_;
  Observation seen_;
};

TEST_F(AttackRuns, GiveTheSameBitsOnOneThreadAndOnMany) {
  ThreadPool pool(3);
  AttackControl control;
  control.seed = 5;
  const AttackResult alone = run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control);
  control.pool = &pool;
  const AttackResult together = run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control);
  EXPECT_EQ(alone.inputs, together.inputs);
  EXPECT_EQ(alone.chosen, together.chosen);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(alone.rows[i].inputs, together.rows[i].inputs);
  control.seed = 6;
  EXPECT_NE(run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control).inputs, alone.inputs);
}

TEST_F(AttackRuns, ChooseTheRestartWithTheBestScoreAndKeepEveryRow) {
  const AttackResult result = run_attack(seen_, honest_but_curious(), settings(quick));
  ASSERT_EQ(result.rows.size(), 3u);
  for (const RestartRow& row : result.rows) {
    EXPECT_GE(row.score, result.score);
    EXPECT_EQ(row.inputs.size(), 64u);
    EXPECT_GT(row.iterations, 0u);
    EXPECT_GE(row.evaluations, row.iterations);
  }
  EXPECT_EQ(result.rows[result.chosen].inputs, result.inputs);
  EXPECT_EQ(result.rows[result.chosen].labels, result.labels);
}

TEST_F(AttackRuns, ClipToTheBoundsThatTheAttackerKnows) {
  AttackSettings hasty = settings(quick);
  hasty.matching.solver = make_solver(ConfigTable::parse_text("name = \"lbfgs\"\niterations = 1", "t.toml"));
  ThreatModel blind;
  blind.knows_feature_bounds = false;
  const AttackResult free = run_attack(seen_, blind, hasty);
  const AttackResult clipped = run_attack(seen_, honest_but_curious(), hasty);
  ASSERT_GT(*std::max_element(free.inputs.begin(), free.inputs.end()), 1);
  for (std::size_t i = 0; i < free.inputs.size(); ++i) {
    EXPECT_EQ(clipped.inputs[i], std::clamp(free.inputs[i], 0.0, 1.0));
  }
  EXPECT_EQ(clipped.score, free.score);
  EXPECT_EQ(clipped.rows[clipped.chosen].inputs, clipped.inputs);
}

TEST_F(AttackRuns, TellTheirProgressAndStopWhenCancelled) {
  std::size_t calls = 0;
  AttackControl control;
  control.progress = [&](const AttackProgress& progress) {
    ++calls;
    EXPECT_LT(progress.run, 3u);
    EXPECT_EQ(progress.runs, 3u);
    EXPECT_LE(progress.iteration, progress.max_iterations);
    EXPECT_EQ(progress.max_iterations, 20u);
  };
  control.cancelled = [&] { return calls >= 30; };
  expect_error([&] { run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control); },
               ErrorKind::interrupted, {"cancelled"});
  EXPECT_EQ(calls, 30u);
}

TEST_F(AttackRuns, EndAtTheTimeLimitWithTheBestSoFar) {
  AttackSettings endless = settings(quick);
  endless.matching.solver =
      make_solver(ConfigTable::parse_text("name = \"adam\"\niterations = 10000000\nlearning_rate = 1e-6", "t.toml"));
  endless.matching.seconds = 0.05;
  const AttackResult result = run_attack(seen_, honest_but_curious(), endless);
  EXPECT_LT(result.seconds, 5);
  EXPECT_EQ(result.inputs.size(), 64u);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_NE(result.notes.back().find("time limit"), std::string::npos);
}

TEST_F(AttackRuns, RefuseEmptyOrBrokenUpdates) {
  const std::size_t size = seen_.update().size();
  for (const char* name : {"analytic", "dlg"}) {
    const auto attack = AttackSettings::from_catalog(name);
    expect_error([&] { run_attack(seen_.with_update(std::vector<float>(size, 0.0f)), honest_but_curious(), attack); },
                 ErrorKind::data, {"client-1", "zero everywhere"});
    std::vector<float> broken(size, 1.0f);
    broken[3] = std::nanf("");
    expect_error([&] { run_attack(seen_.with_update(broken), honest_but_curious(), attack); }, ErrorKind::data,
                 {"client-1", "nan", "linear1.weight[0,3]"});
  }
}

TEST_F(AttackRuns, RefuseWhatTheThreatModelDenies) {
  const auto dlg = AttackSettings::from_catalog("dlg"), inverting = AttackSettings::from_catalog("inverting_gradients");
  ThreatModel member = honest_but_curious();
  member.observer = Observer::member;
  expect_error([&] { run_attack(seen_, member, dlg); }, ErrorKind::configuration,
               {"update of a single client", "member"});
  ThreatModel no_count = honest_but_curious();
  no_count.knows_batch_size = false;
  expect_error([&] { run_attack(seen_, no_count, dlg); }, ErrorKind::configuration, {"'dlg'", "number of examples"});
  expect_error([&] { run_attack(seen_, ThreatModel(), inverting); }, ErrorKind::configuration,
               {"bounds of the features"});
  AttackSettings known = settings(quick);
  known.matching.label_rule = make_label_rule(ConfigTable::parse_text("name = \"known\"", "t.toml"));
  expect_error([&] { run_attack(seen_, honest_but_curious(), known); }, ErrorKind::configuration, {"labels", "denies"});
}

TEST(Catalog, EveryAttackReadsAndNamesItsPaper) {
  const auto names = catalog_names();
  EXPECT_EQ(names, (std::vector<std::string>{"analytic", "dlg", "idlg", "inverting_gradients", "vqc_matching"}));
  for (const std::string& name : names) {
    const AttackSettings attack = AttackSettings::from_catalog(name);
    EXPECT_EQ(attack.name, name);
    EXPECT_FALSE(attack.paper.empty()) << name;
  }
  expect_error([] { AttackSettings::from_catalog("dgl"); }, ErrorKind::usage,
               {"'dgl'", "did you mean 'dlg'", "analytic"});
}

TEST(SettingsFiles, RefuseUnknownAndMissingKeys) {
  expect_error([] { settings(std::string("restart = 3\n") + quick); }, ErrorKind::configuration,
               {"restart", "test.toml:1"});
  expect_error([] { settings("method = \"gradient_matching\""); }, ErrorKind::configuration, {"objective.name"});
  expect_error([] { settings("method = \"magic\""); }, ErrorKind::configuration, {"magic", "analytic_linear"});
  expect_error([] { settings("method = \"analytic_linear\"\nrestarts = 2"); }, ErrorKind::configuration, {"restarts"});
}

}  // namespace
}  // namespace tacit::attacks
