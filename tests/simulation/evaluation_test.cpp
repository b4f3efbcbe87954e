#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/files.h"
#include "models/training.h"
#include "refusal.h"
#include "simulation/client_evaluation.h"
#include "simulation/client_file.h"
#include "simulation/experiment.h"

namespace tacit::simulation {
namespace {

using testing::HasSubstr;

constexpr const char* sections = R"(
[partition]
scheme = "dirichlet"
alpha = 1.0
[model]
[[model.layers]]
type = "linear"
outputs = 3
[coordinator]
rounds = 1
[simulation]
clients = 6
threads = 2
)";

Experiment experiment_of(const std::string& evaluation, const std::string& data = "") {
  return Experiment::from_config(
      ConfigTable::parse_text("[data]\nsource = \"wine\"\n" + data + sections + evaluation, "e.toml"));
}

std::string refused(const std::string& evaluation) {
  return refusal(ErrorKind::configuration, [&] { experiment_of("[evaluation]\n" + evaluation).validate(); });
}

TEST(Evaluation, MistakesAreNamedWithTheirPlace) {
  EXPECT_THAT(refused("clients_on = \"test\"\n"), HasSubstr("client_test_fraction gives them one"));
  EXPECT_THAT(refused("report = \"validation\"\n"), HasSubstr("client_validation_fraction gives them one"));
  EXPECT_THAT(refused("client_test_fraction = 0.6\nclient_validation_fraction = 0.6\n"), HasSubstr("e.toml:17"));
  EXPECT_THAT(refused("rounds_on = \"validation\"\n"), HasSubstr("[data] validation_fraction"));
  EXPECT_THAT(refused("client_tests = 0.1\n"), HasSubstr("client_test"));
}

// Every example of the training part is in exactly one part of exactly one client.
TEST(Evaluation, ClientsPartsAreDisjointAndWhole) {
  const Experiment experiment =
      experiment_of("[evaluation]\nclient_test_fraction = 0.2\nclient_validation_fraction = 0.1\n");
  const datasets::Dataset train = experiment.data().train;
  const datasets::Partition partition = experiment.partition(train);
  const auto shards = experiment.shards(train);
  std::vector<std::vector<float>> seen, all;
  for (std::size_t i = 0; i < train.size(); ++i) all.emplace_back(train.example(i).begin(), train.example(i).end());
  for (std::size_t client = 0; client < experiment.clients(); ++client) {
    const datasets::ClientParts parts = experiment.parts(partition, train, client);
    const auto own = static_cast<double>(partition.indices()[client].size());
    EXPECT_NEAR(static_cast<double>(parts.test.size()), std::max(1.0, 0.2 * own), 0.5);
    EXPECT_EQ(parts.train.features, shards[client].features);
    for (const datasets::Dataset* part : {&parts.train, &parts.validation, &parts.test})
      for (std::size_t i = 0; i < part->size(); ++i)
        seen.emplace_back(part->example(i).begin(), part->example(i).end());
  }
  std::sort(seen.begin(), seen.end());
  std::sort(all.begin(), all.end());
  EXPECT_EQ(seen, all);
}

TEST(Evaluation, JudgesEveryClientOnItsOwnPart) {
  const Experiment experiment = experiment_of("[evaluation]\nclient_test_fraction = 0.3\n");
  const datasets::Dataset train = experiment.data().train;
  const models::Model<float> network = experiment.model(train);
  const Parameters parameters = experiment.initial_parameters(network);
  const ClientEvaluations result = evaluate_clients(experiment, parameters);
  ASSERT_EQ(result.clients.size(), 6u);
  EXPECT_EQ(result.part, ClientPart::test);
  const datasets::Partition partition = experiment.partition(train);
  std::size_t examples = 0;
  double right = 0;
  for (std::size_t client = 0; client < 6; ++client) {
    const auto test = experiment.parts(partition, train, client).test;
    const auto alone = models::evaluate(network, parameters.values(), test);
    EXPECT_EQ(result.clients[client].accuracy, alone.accuracy);
    examples += test.size();
    right += alone.accuracy * static_cast<double>(test.size());
  }
  ASSERT_TRUE(result.fairness);
  EXPECT_EQ(result.fairness->examples, examples);
  EXPECT_NEAR(result.fairness->weighted_mean, right / static_cast<double>(examples), 1e-12);
  EXPECT_THAT(to_csv(result), HasSubstr("client,train,validation,test,part,examples,loss,accuracy\nclient-1,"));
}

TEST(Evaluation, WithoutATestPartClientsAreJudgedOnWhatTheyTrainOnUnlessNotAtAll) {
  EXPECT_EQ(experiment_of("").evaluation().clients_on, ClientPart::train);
  const Experiment none = experiment_of("[evaluation]\nclients_on = \"none\"\n");
  const auto network = none.model(none.data().train);
  EXPECT_TRUE(evaluate_clients(none, none.initial_parameters(network)).clients.empty());
}

// The client process must cut its data as the simulation does, and tell only what its own file allows.
TEST(Evaluation, AClientFileGivesTheSamePartsAndReportsOnlyIfItSaysSo) {
  const TemporaryFolder folder;
  for (const std::string report : {"none", "test"}) {
    const Experiment experiment =
        experiment_of("[evaluation]\nclient_test_fraction = 0.3\nreport = \"" + report + "\"\n");
    const datasets::Dataset train = experiment.data().train;
    const datasets::ClientParts parts = experiment.parts(experiment.partition(train), train, 2);
    write_atomically(folder.path() / "c.toml",
                     client_file_text(experiment, 2, "localhost:1", folder.path(), folder.path()));
    const ClientFile file = ClientFile::load(folder.path() / "c.toml");
    EXPECT_EQ(file.data.features, parts.train.features);
    EXPECT_EQ(file.reported.features, report == "test" ? parts.test.features : std::vector<float>{});
  }
}

TEST(Evaluation, APartyOfItsOwnReportsOnWhatItsDataHoldOut) {
  const TemporaryFolder folder;
  const std::string client =
      "[client]\ncoordinator = \"localhost:1\"\ncertificate = \"c\"\nkey = \"k\"\nauthority = \"a\"\nindex = 0\n"
      "[data]\nsource = \"iris\"\ntest_fraction = 0.2\n";
  const auto load = [&](const std::string& evaluation) {
    write_atomically(folder.path() / "c.toml", client + evaluation);
    return ClientFile::load(folder.path() / "c.toml");
  };
  EXPECT_EQ(load("").reported.size(), 0u);
  EXPECT_EQ(load("[evaluation]\nreport = \"test\"\n").reported.size(), 30u);
  EXPECT_THAT(refusal(ErrorKind::configuration, [&] { load("[evaluation]\nreport = \"validation\"\n"); }),
              HasSubstr("evaluation.report"));
}

}  // namespace
}  // namespace tacit::simulation
