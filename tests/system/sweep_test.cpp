#include <signal.h>

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Trains two small models and attacks each some dozens of times.
fs::path write_sweep(const fs::path& folder, const std::string& more = "") {
  const fs::path file = folder / "sweep.toml";
  write_atomically(file,
                   "[data]\nsource = \"iris\"\n"
                   "[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 6\n[[model.layers]]\ntype = \"sigmoid\"\n"
                   "[[model.layers]]\ntype = \"linear\"\noutputs = 3\n"
                   "[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n"
                   "[coordinator]\nrounds = 20\n[simulation]\nclients = 3\n"
                   "[sweep]\nquestion = \"Does it leak?\"\ntrials = 40\nmodel = \"trained\"\n"
                   "[axes]\nupdate.clip_norm = [0, 0.1]\n"
                   "[[axes.attack]]\nname = \"analytic\"\nattack = \"analytic\"\n"
                   "[[axes.attack]]\nname = \"dlg\"\nattack = \"dlg\"\n\"attack.restarts\" = 3\n" +
                       more);
  return file;
}

std::size_t lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::size_t lines = 0;
  for (std::string line; std::getline(stream, line);) ++lines;
  return lines;
}

/// The raw rows without the column of seconds, which a clock decides.
std::string timeless_rows(const fs::path& folder) {
  const std::string header =
      "test_accuracy,attack,seen,observation,restart,chosen,true_labels,labels,first_score,score,"
      "zero_score,iterations,evaluations,";
  std::string text = read_text(folder / "rows.csv"), result;
  EXPECT_NE(text.find(header), std::string::npos);
  std::size_t start = 0;
  for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
    std::string line = text.substr(start, end - start);
    std::size_t at = 0;
    for (int field = 0; field < 14; ++field) at = line.find(',', at) + 1;
    result += line.erase(at, line.find(',', at) - at) + "\n";
  }
  return result;
}

// A sweep killed at any instant, in training or between trials, and started again ends with the same table.
TEST(Sweep, KilledAgainAndAgainEndsWithTheSameTable) {
  const TemporaryFolder folder;
  const std::string file = write_sweep(folder.path());
  const fs::path undisturbed = folder.path() / "undisturbed", killed = folder.path() / "killed";
  run_json({"evaluate", file, "--output", undisturbed, "--threads", "1"});
  ASSERT_TRUE(fs::exists(undisturbed / "report.html"));

  const std::size_t all = lines_of(undisturbed / "trials.jsonl");
  std::size_t done = 0;
  for (int kill = 0; kill < 6; ++kill) {
    TacitProcess process({"evaluate", file, "--output", killed, "--threads", "2"});
    // The first kill in the training, the others after ever more trials.
    if (kill == 0)
      ASSERT_TRUE(eventually([&] { return fs::exists(killed / "training") || !process.running(); }, 60s));
    else
      ASSERT_TRUE(eventually([&] { return lines_of(killed / "trials.jsonl") > done + 3 || !process.running(); }, 60s));
    process.signal(SIGKILL);
    process.wait();
    const std::size_t now = lines_of(killed / "trials.jsonl");
    EXPECT_GE(now + 1, done) << "what was done stays done, but for a line cut off";
    done = now;
  }
  EXPECT_LT(done, all) << "the kills came too late to show anything";
  run_json({"evaluate", file, "--output", killed, "--threads", "2"});
  EXPECT_EQ(lines_of(killed / "trials.jsonl"), all) << "nothing was done twice";
  EXPECT_EQ(timeless_rows(killed), timeless_rows(undisturbed));
}

TEST(Sweep, IsInterruptedInOrder) {
  const TemporaryFolder folder;
  const std::string file = write_sweep(folder.path(), "\"attack.solver.iterations\" = 100000\n");
  const fs::path output = folder.path() / "out";
  TacitProcess process({"evaluate", file, "--output", output, "--trials", "100000"});
  ASSERT_TRUE(eventually([&] { return lines_of(output / "trials.jsonl") > 4 || !process.running(); }, 60s));
  process.signal(SIGINT);
  EXPECT_EQ(process.wait(), exit_code(ErrorKind::interrupted)) << process.errors();
}

TEST(Sweep, IsScoredAgainWithoutARerun) {
  const TemporaryFolder folder;
  const std::string file = write_sweep(folder.path());
  const fs::path output = folder.path() / "out";
  const nlohmann::json made = run_json({"evaluate", file, "--output", output, "--trials", "5"});
  EXPECT_EQ(made.at("cells"), 6);
  const std::string rows = made.at("raw_rows");
  const nlohmann::json same = run_json({"rescore", rows, "--output", folder.path() / "again.csv"});
  EXPECT_EQ(read_text(folder.path() / "again.csv"), read_text(output / "cells.csv")) << "the same thresholds";
  const auto recovered = [](const nlohmann::json& object) {
    std::size_t sum = 0;
    for (const nlohmann::json& cell : object.at("cells")) sum += cell.at("recovered").get<std::size_t>();
    return sum;
  };
  const nlohmann::json wide = run_json({"rescore", rows, "--recovered-within", "10", "--close-within", "10"});
  EXPECT_LT(recovered(same), recovered(wide));
  EXPECT_EQ(wide.at("cells").at(0).at("recovered"), 5);
  TacitProcess process({"rescore", rows, "--recovered-within", "0.5", "--close-within", "0.1"});
  EXPECT_EQ(process.wait(), exit_code(ErrorKind::usage));
}

TEST(Sweep, SaysWhatIsWrongBeforeAnythingHappens) {
  const TemporaryFolder folder;
  const fs::path output = folder.path() / "out";
  TacitProcess process(
      {"evaluate", write_sweep(folder.path(), "[axes.training]\nbatch_siz = [1]\n"), "--output", output});
  EXPECT_EQ(process.wait(), exit_code(ErrorKind::configuration));
  EXPECT_NE(process.errors().find("sweep.toml:33: key 'training.batch_siz'"), std::string::npos) << process.errors();
  EXPECT_FALSE(fs::exists(output));
}

}  // namespace
}  // namespace tacit::system_tests
