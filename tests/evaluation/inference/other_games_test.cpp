#include <cmath>

#include "core/expect_error.h"
#include "core/files.h"
#include "core/random.h"
#include "evaluation/inference/canary_game.h"
#include "evaluation/inference/one_run_audit.h"
#include "evaluation/inference/property_game.h"

namespace tacit::evaluation {
namespace {

simulation::Experiment experiment_of(const std::string& rest, const std::string& source = "breast_cancer",
                                     int outputs = 2) {
  return simulation::Experiment::from_config(
      ConfigTable::parse_text("[run]\nname = \"game\"\nseed = 5\n[data]\nsource = \"" + source + R"("
[partition]
scheme = "iid"
[model]
loss = "softmax_cross_entropy"
[[model.layers]]
type = "linear"
outputs = 32
[[model.layers]]
type = "tanh"
[[model.layers]]
type = "linear"
outputs = )" + std::to_string(outputs) +
                                  R"(
[simulation]
clients = 2
threads = 2
)" + rest,
                              "game.toml"));
}

constexpr const char* thorough =
    "[coordinator]\nrounds = 5\n[training]\nlocal_epochs = 20\nbatch_size = 8\nlearning_rate = 0.1\n";
constexpr const char* gentle =
    "[coordinator]\nrounds = 1\n[training]\nlocal_epochs = 1\nbatch_size = 64\nlearning_rate = 1e-4\n";

/// So few examples that a wrong one can be learnt by heart, and so large features that this is easy.
datasets::TrainTest few(std::size_t count, const std::string& source = "breast_cancer") {
  datasets::TrainTest data = experiment_of(gentle, source).data();
  std::vector<std::size_t> first(count);
  for (std::size_t i = 0; i < count; ++i) first[i] = i;
  data.train.keep(first);
  RandomStream stream({2, Purpose::test, 0, 0});
  for (float& value : data.train.features) value = static_cast<float>(stream.uniform(-3, 3));
  data.train.feature_low = -3;
  data.train.feature_high = 3;
  return data;
}

Progress silent() {
  return Progress("game", 1, Progress::Style::silent);
}

ConfigTable table(const std::string& toml) {
  return ConfigTable::parse_text(toml, "[inference]");
}

TEST(CanaryGame, ExposesWhatWasLearntByHeart) {
  const TemporaryFolder folder;
  Progress bar = silent();
  const CanarySettings settings = CanarySettings::from_config(table("canaries = 6\nrepeats = 4\ncandidates = 512"));
  const CanaryOutcome outcome =
      expose_canaries(experiment_of(thorough, "digits", 10).on(few(60, "digits")), settings, folder.path(), bar);
  ASSERT_EQ(outcome.rows.size(), 12u);
  EXPECT_LT(outcome.p_value, 1e-4);
  // The mean of six exponential variables of mean 1.44 exceeds 4 with probability 6e-4.
  EXPECT_LT(outcome.control_exposure, 4);
  const std::string csv = canary_csv(outcome);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 13);
  EXPECT_NE(canary_table(outcome, settings, 100).find("control, left out"), std::string::npos);
}

TEST(CanaryGame, FindsNothingWhereNothingWasLearnt) {
  const TemporaryFolder folder;
  Progress bar = silent();
  const CanaryOutcome outcome = expose_canaries(
      experiment_of(gentle), CanarySettings::from_config(table("canaries = 6\ncandidates = 256")), folder.path(), bar);
  EXPECT_GT(outcome.p_value, 1e-3);
}

TEST(EpsilonAudit, RefutesAClaimThatARunDoesNotKeep) {
  const TemporaryFolder folder;
  Progress bar = silent();
  const EpsilonSettings settings =
      EpsilonSettings::from_config(table("canaries = 100\nclaimed_epsilon = 0.1\ndelta = 1e-6"));
  const EpsilonOutcome outcome = audit_epsilon(experiment_of(thorough).on(few(120)), settings, folder.path(), bar);
  EXPECT_TRUE(outcome.alarm);
  EXPECT_GT(outcome.epsilon, 0.1);
  EXPECT_LT(outcome.epsilon, outcome.ceiling);
  EXPECT_NE(epsilon_table(outcome, settings, 120).find("ALARM"), std::string::npos);
  const std::string csv = epsilon_csv(outcome);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 101);
  // A guesser refutes nothing: wrongly with probability 5 % by its own row, and it is none of the bound's scores.
  for (const EpsilonRow& row : outcome.rows)
    if (row.attack->is_control) {
      EXPECT_LT(row.bound.epsilon, 0.5) << row.attack->name;
    }
}

TEST(EpsilonAudit, IsSilentWhereNothingWasLearnt) {
  const TemporaryFolder folder;
  Progress bar = silent();
  const EpsilonSettings settings =
      EpsilonSettings::from_config(table("canaries = 100\nclaimed_epsilon = 0.1\nconfidence = 0.999\ndelta = 1e-8"));
  // A member of the run sees models alone; cosines with single updates would show members even here.
  const simulation::Experiment experiment =
      experiment_of(std::string(gentle) + "[threat_model]\nobserver = \"member\"\n");
  const EpsilonOutcome outcome = audit_epsilon(experiment, settings, folder.path(), bar);
  EXPECT_FALSE(outcome.alarm) << outcome.epsilon;
  EXPECT_NE(epsilon_table(outcome, settings, 120).find("not run: "), std::string::npos);
}

TEST(GuessExtremes, GuessesTheEndsAndAbstainsBetween) {
  const std::vector<double> scores{5, 4, 3, 2, 1, 0};
  const std::vector<char> members{1, 0, 1, 0, 1, 0};
  const privacy::OneRunGuesses two = guess_extremes(scores, members, 2);
  EXPECT_EQ(two.canaries, 6u);
  EXPECT_EQ(two.right, 2u);
  EXPECT_EQ(guess_extremes(scores, members, 4).right, 2u);
  EXPECT_EQ(guess_extremes(scores, members, 3).right, 2u);
  EXPECT_EQ(guess_extremes(scores, members, 0).right, 0u);
  expect_error([&] { guess_extremes(scores, members, 7); }, ErrorKind::usage, {"7 guesses of 6"});
}

std::string property(const std::string& keys) {
  return "[inference.property]\nexamples = 8\npublic_updates = 80\nprivate_updates = 80\n" + keys;
}

PropertyOutcome inferred(const std::string& keys, const std::string& training = gentle) {
  const TemporaryFolder folder;
  Progress bar = silent();
  const simulation::Experiment experiment = experiment_of(training + property(keys));
  const PropertySettings settings = PropertySettings::from_config(experiment.section("inference").table("property"));
  const PropertyOutcome outcome = infer_property(experiment, settings, folder.path(), bar);
  EXPECT_NE(property_table(outcome, settings, 100).find("labels alone"), std::string::npos);
  const std::string csv = property_csv(outcome);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 81);
  return outcome;
}

TEST(PropertyGame, FindsAClassAndAFeature) {
  const PropertyOutcome label = inferred("value = \"1\"\nshare = 0.5\n");
  ASSERT_EQ(label.rows.size(), 3u);
  EXPECT_GT(label.rows[0].roc.auc().value, 0.95);
  EXPECT_GT(label.rows[1].roc.auc().value, 0.95);  // a class is what labels say
  // The deviation of a guesser's area is 0.065.
  EXPECT_NEAR(label.rows[2].roc.auc().value, 0.5, 0.26);
  const PropertyOutcome feature = inferred("kind = \"feature\"\nvalue = \"9\"\nshare = 1.0\nrounds = 2\n");
  EXPECT_GT(feature.rows[0].roc.auc().value, 0.75);
  EXPECT_NE(feature.property.find("above its median"), std::string::npos);
}

TEST(PropertyGame, FindsNothingWhereExamplesDoNotShowIt) {
  // Whether an example stood at an odd place among examples of chance.
  datasets::TrainTest data = few(200);
  const TemporaryFolder folder;
  Progress bar = silent();
  const simulation::Experiment experiment =
      experiment_of(std::string(gentle) + property("kind = \"group\"\nvalue = \"odd\"\nshare = 0.5\n"));
  data.train.group_names = {"even", "odd"};
  for (std::size_t i = 0; i < data.train.size(); ++i) data.train.groups.push_back(static_cast<std::int32_t>(i % 2));
  const PropertySettings settings = PropertySettings::from_config(experiment.section("inference").table("property"));
  const PropertyOutcome outcome = infer_property(experiment.on(std::move(data)), settings, folder.path(), bar);
  EXPECT_NEAR(outcome.rows[0].roc.auc().value, 0.5, 0.26);
}

TEST(PropertyGame, RefusesWhatNoExampleHas) {
  const auto refused = [](const std::string& keys, const std::vector<std::string>& words) {
    expect_error([&] { inferred(keys); }, ErrorKind::configuration, words);
  };
  refused("value = \"purple\"\n", {"value", "'purple'", "class"});
  refused("value = \"2\"\n", {"value", "below 2"});
  refused("kind = \"group\"\nvalue = \"x\"\n", {"kind", "no groups"});
  refused("", {"value"});
  expect_error([] { CanarySettings::from_config(table("canary = 3")); }, ErrorKind::configuration, {"canaries"});
  expect_error([] { EpsilonSettings::from_config(table("confidence = 1.5")); }, ErrorKind::configuration,
               {"confidence"});
}

}  // namespace
}  // namespace tacit::evaluation
