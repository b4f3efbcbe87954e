// Coordinators under audit, as processes over mutual TLS: other models for other clients, and models that follow from
// the answers.
#include <fmt/format.h>
#include <signal.h>

#include "core/error.h"
#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

std::string layer(const std::string& type, const std::string& keys = "") {
  return "[[model.layers]]\ntype = \"" + type + "\"\n" + keys + "\n";
}

std::string experiment(const std::string& layers, const std::string& training, int rounds) {
  return fmt::format(R"([run]
name = "crafted"
[data]
source = "digits"
[model]
{}
[training]
{}
[coordinator]
rounds = {}
[simulation]
clients = 3
)",
                     layers, training, rounds);
}

const std::string head = layer("linear", "outputs = 10");
const std::string mlp = layer("linear", "outputs = 24") + layer("tanh") + head;
/// Three channels for each of three clients.
const std::string loki =
    layer("conv2d", "channels = 9\nkernel = 3\npadding = 1") + layer("linear", "outputs = 200") + layer("relu") + head;

class CraftedClients : public testing::Test {
 protected:
  void write(const std::string& text) { write_atomically(file_, text); }

  TemporaryFolder folder_;
  std::string file_ = folder_.path() / "experiment.toml", run_ = folder_.path() / "run";
};

/// Each client is sent a file of its own; the sum of what comes back gives all of them away.
TEST_F(CraftedClients, AreEachSentALokiOfTheirOwn) {
  write(experiment(loki, "algorithm = \"fedsgd\"\nbatch_size = 3", 1));
  std::vector<std::string> arguments{"simulate", file_, "--mode", "processes", "--run-folder", run_};
  for (int client = 0; client < 3; ++client) {
    const std::string crafted = folder_.path() / fmt::format("{}.safetensors", client);
    run_json({"craft", "loki", file_, "--public-data", "digits", "--set", fmt::format("client={}", client), "--output",
              crafted});
    arguments.insert(arguments.end(), {"--client-model", fmt::format("client-{}={}", client + 1, crafted)});
  }
  EXPECT_EQ(run_json(arguments).at("malicious"), true);
  EXPECT_EQ(run_json({"status", run_}).at("malicious"), true);
  EXPECT_THAT(read_text(folder_.path() / "run" / "logs" / "client-2.log"), HasSubstr("audit"));
  const auto attack =
      run_json({"attack", run_, "--settings", "loki", "--score", "--observer", "malicious_coordinator:aggregate"});
  EXPECT_EQ(attack.at("examples"), 9);
  EXPECT_LT(attack.at("best_mse").get<double>(), 1e-9);
  EXPECT_GE(attack.at("recovered").get<int>(), 7);
  EXPECT_THAT(attack.at("audit").get<std::string>(), HasSubstr("client-3"));
}

/// The coordinator bisects on each client's answers; the attack puts the rounds together.
TEST_F(CraftedClients, AreFishedUntilTheirExamplesAreAlone) {
  write(experiment(mlp, "algorithm = \"fedsgd\"\nbatch_size = 2000", 16));
  const std::vector<std::string> craft{"--craft", "fishing",          "--set", "class=0",  "--set", "feature=3",
                                       "--set",   "feature_gain=1e6", "--set", "low=-1.0", "--set", "high=1.0",
                                       "--set",   "resolution=1e-7"};
  std::vector<std::string> arguments{"simulate", file_, "--mode", "processes", "--run-folder", run_};
  arguments.insert(arguments.end(), craft.begin(), craft.end());
  const auto done = run_json(arguments);
  const std::string settings = folder_.path() / "fishing.toml";
  write_atomically(settings, std::string_view("method = \"fishing\"\nreconstruct_examples = 1\n"
                                              "[inner]\nmethod = \"analytic_linear\"\n"));
  const auto attack = run_json({"attack", run_, "--settings", settings, "--score", "--client", "client-2", "--observer",
                                "malicious_coordinator:many_rounds"});
  EXPECT_LT(attack.at("best_mse").get<double>(), 1e-4);  // grey has 0.1

  // One round says nothing; with the rounds of the earlier run before it, it says the same.
  const std::string later = folder_.path() / "later";
  std::vector<std::string> once{"simulate", file_, "--rounds", "1", "--run-folder", later};
  once.insert(once.end(), craft.begin(), craft.end());
  run_json(once);
  std::vector<std::string> again{"attack",   later,    "--settings", settings,    "--score",
                                 "--client", "client-2", "--observer", "malicious_coordinator:many_rounds"};
  TacitProcess alone(again);
  EXPECT_EQ(alone.wait(), exit_code(ErrorKind::data)) << alone.errors();
  EXPECT_THAT(alone.errors(), HasSubstr("no example is alone"));
  again.insert(again.end(), {"--earlier", run_});
  EXPECT_EQ(run_json(again).at("best_mse"), attack.at("best_mse"));

  // The same in one process, killed and taken up: the answers are in the recording, so the cutoffs are the same.
  const std::string other = folder_.path() / "other";
  arguments[3] = "in-process";
  arguments[5] = other;
  {
    TacitProcess process(arguments);
    ASSERT_TRUE(
        eventually([&] { return std::filesystem::exists(folder_.path() / "other" / "model.safetensors"); }, 60s));
    process.signal(SIGKILL);
    process.wait();
  }
  TacitProcess honest({"simulate", file_, "--run-folder", other});
  EXPECT_EQ(honest.wait(), exit_code(ErrorKind::configuration)) << honest.errors();
  EXPECT_EQ(run_json(arguments).at("model_sha256"), done.at("model_sha256"));
}

TEST_F(CraftedClients, RefuseWhatCannotBeSent) {
  write(experiment(mlp, "algorithm = \"fedsgd\"", 1));
  const auto refused = [&](const std::vector<std::string>& options, ErrorKind kind, const std::string& what) {
    std::vector<std::string> arguments{"simulate", file_, "--run-folder", run_};
    arguments.insert(arguments.end(), options.begin(), options.end());
    TacitProcess process(arguments);
    EXPECT_EQ(process.wait(), exit_code(kind)) << process.errors();
    EXPECT_THAT(process.errors(), HasSubstr(what));
    EXPECT_FALSE(std::filesystem::exists(folder_.path() / "run" / "journal.sqlite"));
  };
  refused({"--client-model", "client-1"}, ErrorKind::usage, "CLIENT=FILE");
  refused({"--client-model", "client-9=x.safetensors"}, ErrorKind::usage, "client-9");
  refused({"--client-model", "client-1=x.safetensors", "--client-model", "client-1=y.safetensors"}, ErrorKind::usage,
          "already");
  refused({"--client-model", "client-1=" + std::string(folder_.path() / "none.safetensors")}, ErrorKind::io, "none");
  refused({"--craft", "imprint", "--set", "mean=0.5", "--set", "deviation=0.1"}, ErrorKind::configuration, "'relu'");
  refused({"--craft", "fishing", "--set", "class=0", "--set", "nonsense=1"}, ErrorKind::configuration, "nonsense");
  refused({"--set", "class=0"}, ErrorKind::usage, "--craft");
}

}  // namespace
}  // namespace tacit::system_tests
