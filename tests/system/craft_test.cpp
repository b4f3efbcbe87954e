#include <fmt/format.h>

#include "core/error.h"
#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

using ::testing::HasSubstr;

constexpr const char* experiment = R"(
[run]
name = "crafted"
[data]
source = "digits"
[model]
[[model.layers]]
type = "linear"
outputs = 200
[[model.layers]]
type = "relu"
[[model.layers]]
type = "linear"
outputs = 10
[training]
algorithm = "fedsgd"
batch_size = 4
[coordinator]
rounds = 1
[simulation]
clients = 3
)";

class Craft : public testing::Test {
 protected:
  Craft() { write_atomically(file_, experiment); }

  /// Crafts, sends what was crafted in a run, and attacks what came back.
  nlohmann::json attack_after(const std::vector<std::string>& craft, const std::vector<std::string>& options) {
    const std::string crafted = folder_.path() / "crafted.safetensors", run = folder_.path() / "run";
    std::vector<std::string> arguments{"craft", craft[0], file_, "--output", crafted};
    arguments.insert(arguments.end(), craft.begin() + 1, craft.end());
    const auto made = run_json(arguments);
    EXPECT_EQ(made.at("malicious"), true);
    EXPECT_GT(made.at("changed").get<int>(), 0);
    run_json({"simulate", file_, "--initial-model", crafted, "--run-folder", run});
    arguments = {"attack", run, "--settings", craft[0], "--score", "--observer"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return run_json(arguments);
  }

  TemporaryFolder folder_;
  std::string file_ = folder_.path() / "experiment.toml";
};

TEST_F(Craft, OfAnImprintGivesABatchAwayOverTheWholeWay) {
  const auto result =
      attack_after({"imprint", "--public-data", "digits"}, {"malicious_coordinator", "--client", "client-2"});
  EXPECT_EQ(result.at("malicious"), true);
  EXPECT_EQ(result.at("observer"), "malicious_coordinator");
  EXPECT_EQ(result.at("examples"), 4);
  EXPECT_LT(result.at("best_mse").get<double>(), 1e-9);
}

// The block stands before a convolutional network, which sees its output as an image.
TEST_F(Craft, OfAnImprintBeforeAConvolutionGivesABatchAway) {
  std::string text = experiment;
  const std::string head = "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n";
  text.replace(text.find(head), head.size(),
               "[[model.layers]]\ntype = \"linear\"\noutputs = 64\n[[model.layers]]\ntype = \"reshape\"\n"
               "shape = [1, 8, 8]\n[[model.layers]]\ntype = \"conv2d\"\nchannels = 4\nkernel = 3\npadding = 1\n"
               "[[model.layers]]\ntype = \"tanh\"\n" +
                   head);
  write_atomically(file_, text);
  const auto result =
      attack_after({"imprint", "--public-data", "digits"}, {"malicious_coordinator", "--client", "client-2"});
  EXPECT_EQ(result.at("examples"), 4);
  EXPECT_LT(result.at("best_mse").get<double>(), 1e-9);
  EXPECT_LT(result.at("mse").get<double>(), 0.02);
}

TEST_F(Craft, OfTrapWeightsGivesAwayWhatASumOfClientsHolds) {
  const auto result = attack_after({"trap_weights", "--set", "scale=0.6"}, {"malicious_coordinator:aggregate"});
  EXPECT_EQ(result.at("observes"), "aggregate");
  EXPECT_EQ(result.at("examples"), 12);
  EXPECT_LT(result.at("best_mse").get<double>(), 1e-9);
}

// Simulated clients look at what they receive as those on a network do.
TEST_F(Craft, IsRefusedBySimulatedClientsThatLook) {
  const std::string crafted = folder_.path() / "crafted.safetensors";
  run_json({"craft", "imprint", file_, "--output", crafted, "--public-data", "digits"});
  for (const char* mode : {"in-process", "processes"}) {
    const auto looking = [&](const std::string& policy) {
      write_atomically(file_, experiment + ("received_model = \"" + policy + "\"\n"));
      TacitProcess process({"simulate", file_, "--initial-model", crafted, "--mode", mode, "--run-folder",
                            folder_.path() / (policy + mode)});
      const int code = process.wait();
      return std::pair(code, process.errors());
    };
    const auto refused = looking("refuse");
    EXPECT_NE(refused.first, 0) << mode;
    EXPECT_THAT(refused.second, HasSubstr("made to give examples away")) << mode;
    EXPECT_EQ(looking("accept").first, 0) << mode;
  }
  write_atomically(file_, experiment + std::string("received_model = \"warn\"\n"));
  TacitProcess warned({"simulate", file_, "--initial-model", crafted, "--run-folder", folder_.path() / "warned"});
  EXPECT_EQ(warned.wait(), 0);
  EXPECT_THAT(warned.errors(), HasSubstr("made to give examples away"));
  // An honest model passes.
  write_atomically(file_, experiment + std::string("received_model = \"refuse\"\n"));
  run_json({"simulate", file_, "--run-folder", folder_.path() / "honest"});
}

TEST_F(Craft, RefusesWhatItCannotMake) {
  const std::string out = folder_.path() / "crafted.safetensors";
  TacitProcess no_key({"craft", "imprint", file_, "--output", out});
  EXPECT_EQ(no_key.wait(), exit_code(ErrorKind::configuration));
  EXPECT_THAT(no_key.errors(), HasSubstr("mean"));
  TacitProcess no_layers({"craft", "loki", file_, "--output", out, "--public-data", "digits", "--set", "client=0"});
  EXPECT_EQ(no_layers.wait(), exit_code(ErrorKind::configuration));
  EXPECT_THAT(no_layers.errors(), HasSubstr("'conv2d'"));
  TacitProcess unknown({"craft", "trap_weights", file_, "--output", out, "--set", "scal=0.5"});
  EXPECT_EQ(unknown.wait(), exit_code(ErrorKind::configuration));
  EXPECT_THAT(unknown.errors(), HasSubstr("scale"));
  TacitProcess name({"craft", "trap_weights", file_, "--output", "crafted.npz"});
  EXPECT_EQ(name.wait(), exit_code(ErrorKind::usage));
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace tacit::system_tests
