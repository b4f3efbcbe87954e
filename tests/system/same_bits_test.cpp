#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

// Promise P1: the final model is the same byte for byte, however the work was spread.
TEST(SameBits, OneProcessFiveProcessesAndShuffledArrivalGiveOneModel) {
  const TemporaryFolder alone, shuffled, threads, processes;
  const auto one = run_json({"simulate", write_experiment(alone.path(), 4, 5, "threads = 1"), "--mode", "in-process"});
  const auto mixed =
      run_json({"simulate", write_experiment(shuffled.path(), 4, 5, "arrival = \"shuffled\""), "--mode", "in-process"});
  const auto many =
      run_json({"simulate", write_experiment(threads.path(), 4, 5, "threads = 4"), "--mode", "in-process"});
  const auto wire = run_json({"simulate", write_experiment(processes.path()), "--mode", "processes", "--clients", "5"});
  const std::string hash = one.at("model_sha256");
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(mixed.at("model_sha256"), hash);
  EXPECT_EQ(many.at("model_sha256"), hash);
  EXPECT_EQ(wire.at("model_sha256"), hash);
  EXPECT_EQ(wire.at("rounds"), 4);
  EXPECT_GT(wire.at("bytes_up"), 0);
  EXPECT_GT(wire.at("bytes_down"), 0);
  EXPECT_GT(wire.at("seconds"), 0.0);
  EXPECT_EQ(wire.at("test_accuracy"), one.at("test_accuracy"));
}

// What is drawn at random in local training is drawn from seed, round and client.
TEST(SameBits, RandomDirectionsAreTheSameInEveryMode) {
  const TemporaryFolder alone, processes;
  const auto stochastic = [](const TemporaryFolder& folder) {
    const auto file = write_experiment(folder.path(), 2, 2);
    std::string text = read_text(file);
    text.insert(text.find("algorithm ="), "gradient = \"spsa\"\noptimizer = \"rmsprop\"\nmomentum = 0.5\n");
    write_atomically(file, text);
    return file;
  };
  const auto one = run_json({"simulate", stochastic(alone), "--mode", "in-process"});
  const auto wire = run_json({"simulate", stochastic(processes), "--mode", "processes"});
  EXPECT_EQ(wire.at("model_sha256"), one.at("model_sha256"));
}

// Noise, mixtures and what a guard adds are drawn from seed, round and client; a guard looks at the same bytes
// everywhere.
TEST(SameBits, DefencesAndLeakageGuardsActAlikeInEveryMode) {
  const TemporaryFolder alone, processes;
  const auto defended = [](const TemporaryFolder& folder) {
    const auto file = write_experiment(folder.path(), 2, 2);
    std::string text = read_text(file);
    text.insert(text.find("algorithm ="), "mixing = \"mixup\"\nmixing_examples = 2\nsoteria_share = 0.25\n");
    text +=
        "[update]\nnoise = \"laplace\"\nnoise_scale = 0.001\nquantise_bits = 8\nquantise_rounding = \"stochastic\"\n"
        "[leakage_guard]\nattack = \"analytic\"\nmeasure = \"mse\"\nlimit = 0.02\naction = \"noise\"\n"
        "noise = 0.1\nattempts = 20\n";
    write_atomically(file, text);
    return file;
  };
  const auto one = run_json({"simulate", defended(alone), "--mode", "in-process"});
  const auto wire = run_json({"simulate", defended(processes), "--mode", "processes"});
  EXPECT_EQ(wire.at("model_sha256"), one.at("model_sha256"));
  const auto log = [](const TemporaryFolder& folder) { return read_text(folder.path() / "run/leakage/client-2.csv"); };
  EXPECT_EQ(log(processes), log(alone));
  EXPECT_NE(log(alone).find(",sent"), std::string::npos);
  EXPECT_NE(log(alone).find(",too_much"), std::string::npos) << "the guard must have had something to do";
}

// Masks are drawn from seed, round, client and step; running statistics are averaged like everything else.
TEST(SameBits, DropoutAndBatchStatisticsAreTheSameInEveryMode) {
  const auto experiment = [](const TemporaryFolder& folder, const std::string& keys) {
    const auto file = write_experiment(folder.path(), 2, 3, keys);
    std::string text = read_text(file);
    const std::string activation = "type = \"tanh\"\n";
    text.insert(text.find(activation) + activation.size(),
                "[[model.layers]]\ntype = \"batch_norm\"\n[[model.layers]]\ntype = \"dropout\"\nrate = 0.2\n");
    write_atomically(file, text);
    return file;
  };
  const TemporaryFolder alone, threads, processes;
  const auto one = run_json({"simulate", experiment(alone, "threads = 1"), "--mode", "in-process"});
  const auto many =
      run_json({"simulate", experiment(threads, "threads = 3\narrival = \"shuffled\""), "--mode", "in-process"});
  const auto wire = run_json({"simulate", experiment(processes, ""), "--mode", "processes"});
  EXPECT_EQ(many.at("model_sha256"), one.at("model_sha256"));
  EXPECT_EQ(wire.at("model_sha256"), one.at("model_sha256"));
}

TEST(SameBits, AnotherSeedGivesAnotherModel) {
  const TemporaryFolder first, second;
  const auto three = run_json({"simulate", write_experiment(first.path(), 2), "--seed", "3"});
  const auto four = run_json({"simulate", write_experiment(second.path(), 2), "--seed", "4"});
  EXPECT_NE(three.at("model_sha256"), four.at("model_sha256"));
}

TEST(SameBits, TheSavedModelIsTheOneReported) {
  const TemporaryFolder folder;
  const auto result = run_json({"simulate", write_experiment(folder.path(), 2)});
  EXPECT_TRUE(
      std::filesystem::exists(std::filesystem::path(result.at("run_folder").get<std::string>()) / "model.safetensors"));
}

}  // namespace
}  // namespace tacit::system_tests
