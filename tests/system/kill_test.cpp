#include <signal.h>

#include "core/error.h"
#include "system/deployment.h"
#include "system/experiment_file.h"

namespace tacit::system_tests {
namespace {

using namespace std::chrono_literals;

constexpr int rounds = 12, clients = 3;

/// The model of the same experiment, undisturbed, in one process.
std::string undisturbed_model(const std::vector<std::string>& options = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> arguments{"simulate", write_experiment(folder.path(), rounds, clients)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  return run_json(arguments).at("model_sha256");
}

std::string final_model(Deployment& deployment) {
  EXPECT_EQ(deployment.coordinator().wait(), 0) << deployment.coordinator().errors();
  for (std::size_t i = 0; i < clients; ++i) EXPECT_EQ(deployment.client(i).wait(), 0) << deployment.client(i).errors();
  return run_json({"status", deployment.run_folder()}).at("model_sha256");
}

/// Starts everybody, and kills the coordinator and starts it again when one more update is committed than whole rounds
/// have.
void kill_in_the_middle_of_a_round(Deployment& deployment) {
  deployment.start_coordinator();
  deployment.start_clients();
  ASSERT_TRUE(eventually([&] { return deployment.events("update_committed") >= 2 * clients + 1; }, 60s));
  deployment.kill_coordinator();
  ASSERT_LT(deployment.events("round_closed"), rounds);
  deployment.start_coordinator();
}

// Promises P1 and P2: killed in the middle of a round and started again, the run goes on where it was and ends with the
// same bits.
TEST(Kill, CoordinatorInTheMiddleOfARound) {
  Deployment deployment(rounds, clients);
  kill_in_the_middle_of_a_round(deployment);
  if (HasFatalFailure()) return;
  EXPECT_EQ(final_model(deployment), undisturbed_model());
  EXPECT_EQ(deployment.events("run_resumed"), 1);
  EXPECT_EQ(deployment.events("round_closed"), rounds);
}

// The same of a coordinator under audit, which sends every client a model that it made: it sends the same again.
TEST(Kill, CoordinatorThatCraftsInTheMiddleOfARound) {
  const std::vector<std::string> craft{"--craft", "fishing", "--set", "class=1", "--set", "class_bias=3"};
  Deployment deployment(rounds, clients);
  deployment.give_coordinator(craft);
  kill_in_the_middle_of_a_round(deployment);
  if (HasFatalFailure()) return;
  const std::string model = final_model(deployment);
  EXPECT_EQ(model, undisturbed_model(craft));
  EXPECT_NE(model, undisturbed_model());
  EXPECT_EQ(deployment.events("run_resumed"), 1);
}

// The journal is where the run stands: a damaged one is said, not passed over.
TEST(Kill, StatusTellsADamagedJournal) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 1, clients);
  const std::filesystem::path run = folder.path() / "run";
  run_json({"simulate", file, "--run-folder", run});
  EXPECT_EQ(run_json({"status", run}).at("state"), "complete");
  write_atomically(run / "journal.sqlite", std::string_view("no journal"));
  TacitProcess process({"status", run});
  EXPECT_EQ(process.wait(), exit_code(ErrorKind::data)) << process.output();
}

TEST(Kill, CoordinatorAgainAndAgain) {
  Deployment deployment(rounds, clients);
  deployment.start_coordinator();
  deployment.start_clients();
  for (int kill = 1; kill <= 3; ++kill) {
    ASSERT_TRUE(eventually([&] { return deployment.events("update_committed") > 2 * kill * clients; }, 60s));
    deployment.kill_coordinator();
    deployment.start_coordinator();
  }
  EXPECT_EQ(final_model(deployment), undisturbed_model());
}

TEST(Kill, AClientInTheMiddleOfTheRun) {
  Deployment deployment(rounds, clients);
  deployment.start_coordinator();
  deployment.start_clients();
  ASSERT_TRUE(eventually([&] { return deployment.events("round_closed") >= 2; }, 60s));
  deployment.kill_client(1);
  deployment.start_client(1);
  EXPECT_EQ(final_model(deployment), undisturbed_model());
}

TEST(Kill, ASimulationInOneProcessIsContinued) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), rounds, clients);
  const std::string run = (folder.path() / "run").string();
  {
    TacitProcess process({"simulate", file, "--run-folder", run});
    ASSERT_TRUE(eventually([&] { return std::filesystem::exists(folder.path() / "run" / "model.safetensors"); }, 60s));
    process.signal(SIGKILL);
    process.wait();
  }
  EXPECT_EQ(run_json({"simulate", file, "--run-folder", run}).at("model_sha256"), undisturbed_model());
}

TEST(Kill, AFinishedRunIsToldAndNotRepeated) {
  for (const std::string mode : {"in-process", "processes"}) {
    const TemporaryFolder folder;
    const auto file = write_experiment(folder.path(), 2, clients);
    const std::string run = (folder.path() / "run").string();
    const auto first = run_json({"simulate", file, "--mode", mode, "--run-folder", run});
    const auto second = run_json({"simulate", file, "--mode", mode, "--run-folder", run});
    EXPECT_EQ(second.at("model_sha256"), first.at("model_sha256")) << mode;
    EXPECT_EQ(second.at("rounds"), 2) << mode;
  }
}

// Refused before anything in the folder is touched.
TEST(Kill, AnotherConfigurationDoesNotTouchAFinishedRun) {
  for (const std::string mode : {"in-process", "processes"}) {
    const TemporaryFolder folder;
    const auto file = write_experiment(folder.path(), 2, clients);
    const std::string run = (folder.path() / "run").string();
    run_json({"simulate", file, "--mode", mode, "--run-folder", run});
    const std::string before = read_text(folder.path() / "run" / "experiment.toml");
    TacitProcess other({"simulate", file, "--mode", mode, "--seed", "99", "--run-folder", run});
    EXPECT_EQ(other.wait(), exit_code(ErrorKind::configuration)) << other.errors();
    EXPECT_EQ(read_text(folder.path() / "run" / "experiment.toml"), before) << mode;
  }
}

TEST(Interrupt, EndsEveryChildOfASimulation) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 100000, clients);
  TacitProcess process({"simulate", file, "--mode", "processes"});
  const std::string run = (folder.path() / "run").string();
  ASSERT_TRUE(eventually([&] { return processes_naming(run).size() > clients; }, 60s));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(30s), exit_code(ErrorKind::interrupted));
  EXPECT_TRUE(eventually([&] { return processes_naming(run).empty(); }, 2s)) << "children were left behind";
}

TEST(Interrupt, EvenSigkillLeavesNoChildBehind) {
  const TemporaryFolder folder;
  const auto file = write_experiment(folder.path(), 100000, clients);
  TacitProcess process({"simulate", file, "--mode", "processes"});
  const std::string run = (folder.path() / "run").string();
  ASSERT_TRUE(eventually([&] { return processes_naming(run).size() > clients; }, 60s));
  process.signal(SIGKILL);
  EXPECT_TRUE(eventually([&] { return processes_naming(run).empty(); }, 5s));
}

}  // namespace
}  // namespace tacit::system_tests
