#include "evaluation/inference/membership_game.h"

#include <fmt/format.h>

#include "core/expect_error.h"
#include "core/files.h"
#include "core/random.h"

namespace tacit::evaluation {
namespace {

/// Three clients and a perceptron that learns by heart what it is given.
constexpr const char* sections = R"(
[run]
name = "game"
seed = 3
[data]
source = "wine"
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
outputs = 3
[coordinator]
rounds = 3
[simulation]
clients = 3
threads = 2
)";

simulation::Experiment experiment_of(const std::string& training) {
  return simulation::Experiment::from_config(ConfigTable::parse_text(sections + training, "game.toml"));
}

constexpr const char* by_heart =
    "[training]\nalgorithm = \"fedavg\"\nlocal_epochs = 40\nbatch_size = 8\nlearning_rate = 0.1\n";
constexpr const char* gentle =
    "[training]\nalgorithm = \"fedavg\"\nlocal_epochs = 1\nbatch_size = 32\nlearning_rate = 0.001\n";

/// Features and labels of chance, about which nothing can be known but by heart.
datasets::TrainTest chance(std::size_t size) {
  datasets::TrainTest data = experiment_of(gentle).data();
  RandomStream stream({8, Purpose::test, 0, 0});
  std::vector<std::size_t> first(size);
  for (std::size_t i = 0; i < size; ++i) first[i] = i;
  data.train = data.train.subset(first);
  for (float& value : data.train.features) value = static_cast<float>(stream.uniform(-3, 3));
  data.train.feature_low = -3;
  data.train.feature_high = 3;
  for (std::int32_t& label : data.train.labels) label = static_cast<std::int32_t>(stream.below(3));
  return data;
}

MembershipSettings settings_of(const std::string& toml) {
  return MembershipSettings::from_config(ConfigTable::parse_text(toml, "[inference.membership]"));
}

double area(const MembershipOutcome& outcome, std::string_view name) {
  for (const MembershipRow& row : outcome.rows)
    if (row.attack->name == name) return row.roc.value().auc().value;
  ADD_FAILURE() << name;
  return 0;
}

TEST(MembershipGame, IsWonAgainstARunThatLearntByHeart) {
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  const simulation::Experiment experiment = experiment_of(by_heart).with("coordinator.rounds", 6).on(chance(120));
  const MembershipOutcome outcome =
      play_membership(experiment,
                      settings_of("shadows = 4\nattacks = [\"loss\", \"loss_trajectory\", "
                                  "\"lira_offline_fixed\", \"lira_online_fixed\", \"all_for_one\"]"),
                      folder.path(), bar);
  ASSERT_EQ(outcome.candidates.size(), 120u);
  ASSERT_EQ(outcome.targets.size(), 1u);
  ASSERT_EQ(outcome.shadows.size(), 4u);
  for (std::size_t i = 0; i < 120; ++i) {
    int in = 0;
    for (const attacks::ShadowModel& shadow : outcome.shadows) in += shadow.members[i];
    EXPECT_EQ(in, 2) << i;
  }
  EXPECT_GT(outcome.targets[0].member_accuracy, outcome.targets[0].other_accuracy + 0.3);
  // The deviation of a guesser's area is 0.053.
  for (const char* attack : {"loss", "loss_trajectory", "lira_offline_fixed", "lira_online_fixed", "all_for_one"})
    EXPECT_GT(area(outcome, attack), 0.65) << attack;
  for (const char* control : {"random", "untrained"}) EXPECT_NEAR(area(outcome, control), 0.5, 0.22) << control;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "target-1" / "recording.bin"));

  const std::string table = membership_table(outcome, 160);
  EXPECT_NE(table.find("lira_offline_fixed"), std::string::npos);
  EXPECT_NE(table.find("Carlini"), std::string::npos);
  const std::string scores = membership_scores_csv(outcome);
  EXPECT_EQ(std::count(scores.begin(), scores.end(), '\n'), 121);
  EXPECT_TRUE(scores.starts_with("target,candidate,label,member,loss,loss,loss_trajectory,"));
  const std::string shadows = membership_shadows_csv(outcome);
  EXPECT_EQ(std::count(shadows.begin(), shadows.end(), '\n'), 4 * 120 + 1);
}

TEST(MembershipGame, IsLostAgainstARunThatHardlyMoved) {
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  const MembershipOutcome outcome =
      play_membership(experiment_of(gentle).on(chance(120)),
                      settings_of("shadows = 0\nattacks = [\"loss\", \"lira_offline\"]"), folder.path(), bar);
  EXPECT_NEAR(area(outcome, "loss"), 0.5, 0.22);
  ASSERT_EQ(outcome.rows[1].attack->name, "lira_offline");
  EXPECT_FALSE(outcome.rows[1].roc);
  EXPECT_NE(outcome.rows[1].note.find("shadows = 0"), std::string::npos);
  EXPECT_NE(membership_table(outcome, 160).find("not run: it needs shadow models"), std::string::npos);
}

constexpr const char* brief =
    "[training]\nalgorithm = \"fedavg\"\nlocal_epochs = 1\nbatch_size = 8\nlearning_rate = 0.05\n";
const std::string by_a_client = "[threat_model]\nobserver = \"malicious_client\"\n";

/// Four runs of twelve rounds on chance, in which a client climbs at this rate; 0: none does.
MembershipOutcome climbed(const std::string& training, double rate, std::size_t targets = 4) {
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  const auto settings = settings_of(fmt::format(
      "shadows = 0\ntargets = {}\nascent = {}\nattacks = [\"loss_drop\", \"ascent\", \"cosine\"]", targets, rate));
  const simulation::Experiment experiment =
      experiment_of(training + by_a_client).with("coordinator.rounds", 12).on(chance(120));
  return play_membership(experiment, settings, folder.path(), bar);
}

/// The same runs, the same members: a client that climbs learns more of them than one that watches.
TEST(MembershipGame, AMaliciousClientLearnsMoreByClimbing) {
  const MembershipOutcome watched = climbed(brief, 0), attacked = climbed(brief, 8);
  EXPECT_NE(watched.rows[1].note.find("malicious client"), std::string::npos) << watched.rows[1].note;
  EXPECT_EQ(watched.targets[2].members, attacked.targets[2].members);
  // The deviation of a guesser's area is 0.026, and runs are paired.
  EXPECT_GT(area(attacked, "ascent"), area(watched, "loss_drop") + 0.03);
  EXPECT_NEAR(area(attacked, "random"), 0.5, 0.08);
  EXPECT_EQ(area(attacked, "untrained"), area(watched, "untrained"));
  // A client sees no update of another.
  EXPECT_FALSE(attacked.rows[2].roc);
}

/// Nothing stands out where nobody trains the loss down again, nor where the climb breaks the model.
TEST(MembershipGame, ClimbingIsHopelessAgainstARunThatHardlyMovesAndBeyondMeasure) {
  EXPECT_NEAR(area(climbed(gentle, 1, 1), "ascent"), 0.5, 0.16);
  EXPECT_LT(area(climbed(brief, 200, 1), "ascent"), 0.66);
}

TEST(MembershipGame, ClimbingNeedsCraftedUpdates) {
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  const auto settings = settings_of("shadows = 0\nascent = 1.0");
  expect_error(
      [&] {
        play_membership(experiment_of(std::string(brief) + "[threat_model]\nobserver = \"member\"\n"), settings,
                        folder.path(), bar);
      },
      ErrorKind::configuration, {"ascent", "crafted updates", "member"});
}

TEST(MembershipGame, GivesTheSameWhateverTheThreads) {
  const auto play = [](std::int64_t threads) {
    const TemporaryFolder folder;
    Progress bar("game", 1, Progress::Style::silent);
    const simulation::Experiment experiment = experiment_of(gentle).with("simulation.threads", threads).on(chance(40));
    return membership_scores_csv(play_membership(experiment, settings_of("shadows = 2"), folder.path(), bar));
  };
  EXPECT_EQ(play(1), play(3));
}

TEST(MembershipGame, RefusesWhatCannotBePlayed) {
  expect_error([] { settings_of("attacks = [\"los\"]"); }, ErrorKind::configuration, {"attacks", "'los'", "loss"});
  expect_error([] { settings_of("target = 3"); }, ErrorKind::configuration, {"target"});
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  expect_error([&] { play_membership(experiment_of(gentle), settings_of("candidates = 5"), folder.path(), bar); },
               ErrorKind::configuration, {"5 candidates", "3 clients"});
}

}  // namespace
}  // namespace tacit::evaluation
