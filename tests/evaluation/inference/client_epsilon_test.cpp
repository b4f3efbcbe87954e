// Epsilon of clients: found where their noise is off, not found where it is on.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/expect_error.h"
#include "core/files.h"
#include "evaluation/inference/canary_clients.h"
#include "evaluation/inference/one_run_audit.h"

namespace tacit::evaluation {
namespace {

constexpr std::size_t audited = 160;

simulation::Experiment experiment_of(const std::string& update, const std::string& more = "") {
  return simulation::Experiment::from_config(ConfigTable::parse_text(R"(
[run]
seed = 4
[data]
source = "digits"
[model]
[[model.layers]]
type = "linear"
outputs = 16
[[model.layers]]
type = "tanh"
[[model.layers]]
type = "linear"
outputs = 10
[training]
batch_size = 16
learning_rate = 0.1
[coordinator]
rounds = 2
[simulation]
clients = 240
threads = 2
[update]
clip_norm = 1.0
)" + update + more,
                                                                     "clients.toml"));
}

TEST(CanaryClients, TakePartByTheirCoinsWithWrongLabels) {
  const simulation::Experiment experiment = experiment_of("");
  const datasets::TrainTest data = experiment.data();
  const CanaryClients canaries = canary_clients(experiment, audited);
  ASSERT_EQ(canaries.members.size(), audited);
  ASSERT_EQ(canaries.begins.size(), audited + 1);
  EXPECT_EQ(canaries.begins.back(), canaries.examples.size());
  const auto in = static_cast<std::size_t>(std::count(canaries.members.begin(), canaries.members.end(), 1));
  EXPECT_GT(in, 50u);
  EXPECT_LT(in, 110u);
  EXPECT_EQ(canaries.experiment.clients(), 240 - audited + in);

  // Every digit of the data is another picture, nearly: what the run trains on is all but the clients that are out.
  using Row = std::vector<float>;
  std::multiset<Row> out;
  std::size_t wrong = 0;
  std::map<Row, std::int32_t> label_of;
  for (std::size_t i = 0; i < data.train.size(); ++i)
    label_of[{data.train.example(i).begin(), data.train.example(i).end()}] = data.train.labels[i];
  for (std::size_t c = 0; c < audited; ++c)
    for (std::size_t i = canaries.begins[c]; i < canaries.begins[c + 1]; ++i) {
      const Row row(canaries.examples.example(i).begin(), canaries.examples.example(i).end());
      wrong += label_of.at(row) != canaries.examples.labels[i];
      if (canaries.members[c] == 0) out.insert(row);
    }
  EXPECT_EQ(wrong, canaries.examples.size());
  const datasets::TrainTest kept = canaries.experiment.data();
  EXPECT_EQ(kept.train.size() + out.size(), data.train.size());
  const auto shares = canaries.experiment.partition(kept.train).indices();
  ASSERT_EQ(shares.size(), canaries.experiment.clients());
  for (const auto& share : shares) {
    std::set<std::int32_t> of;
    for (const std::size_t index : share) of.insert(kept.train.groups[index]);
    EXPECT_EQ(of.size(), 1u) << "a client holds what one client held";
  }
}

TEST(CanaryClients, RefuseWhatCountsOrNamesClients) {
  expect_error([] { canary_clients(experiment_of(""), 240); }, ErrorKind::configuration,
               {"simulation.clients", "too few"});
  expect_error([] { canary_clients(experiment_of("", "[partition]\nrotation = 90.0\n"), 8); }, ErrorKind::configuration,
               {"rotation"});
}

EpsilonOutcome audited_with(const std::string& update) {
  const TemporaryFolder folder;
  Progress bar("game", 1, Progress::Style::silent);
  const EpsilonSettings settings = EpsilonSettings::from_config(ConfigTable::parse_text(
      "level = \"client\"\ncanaries = 160\nclaimed_epsilon = 0.9\nconfidence = 0.999\ndelta = 1e-8\n", "e.toml"));
  const EpsilonOutcome outcome = audit_epsilon(experiment_of(update), settings, folder.path(), bar);
  EXPECT_EQ(outcome.members.size(), audited);
  EXPECT_NE(epsilon_table(outcome, settings, 100).find("160 canary clients"), std::string::npos);
  return outcome;
}

TEST(ClientEpsilon, NoiseThatIsOffRaisesTheAlarm) {
  const EpsilonOutcome outcome = audited_with("");
  EXPECT_TRUE(outcome.alarm) << outcome.epsilon;
}

TEST(ClientEpsilon, NoiseThatIsOnKeepsItSilent) {
  const EpsilonOutcome outcome = audited_with("noise = \"gaussian\"\nnoise_scale = 5.0\n");
  EXPECT_FALSE(outcome.alarm) << outcome.epsilon;
}

}  // namespace
}  // namespace tacit::evaluation
