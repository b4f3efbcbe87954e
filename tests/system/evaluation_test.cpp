#include <cmath>

#include "core/files.h"
#include "system/experiment_file.h"
#include "system/tacit_process.h"

namespace tacit::system_tests {
namespace {

std::filesystem::path experiment(const TemporaryFolder& folder, const std::string& sections) {
  return write_experiment(folder.path(), 3, 3, sections);
}

// What clients report is the same in one process and over the wire, and so is what it costs the model: nothing.
TEST(Evaluation, ClientsAreJudgedAlikeInEveryMode) {
  const std::string held_out = "[evaluation]\nclient_test_fraction = 0.3\n", asking = held_out + "report = \"test\"\n";
  const TemporaryFolder quiet, alone, wire;
  const auto silent = run_json({"simulate", experiment(quiet, held_out), "--mode", "in-process"});
  const auto one = run_json({"simulate", experiment(alone, asking), "--mode", "in-process"});
  const auto many = run_json({"simulate", experiment(wire, asking), "--mode", "processes"});
  EXPECT_FALSE(silent.contains("reported_fairness"));
  EXPECT_EQ(one.at("model_sha256"), silent.at("model_sha256"));
  EXPECT_EQ(many.at("model_sha256"), silent.at("model_sha256"));
  EXPECT_EQ(one.at("fairness").at("part"), "test");
  EXPECT_EQ(one.at("fairness").at("clients"), 3);
  EXPECT_EQ(one.at("fairness").at("examples"), 36);
  EXPECT_EQ(many.at("fairness"), one.at("fairness"));
  EXPECT_EQ(many.at("reported_fairness"), one.at("reported_fairness"));
  EXPECT_EQ(many.at("reported_fairness").at("examples"), 36);
  const std::filesystem::path run = one.at("run_folder").get<std::string>();
  EXPECT_NE(read_text(run / "clients.csv").find("\nclient-3,28,0,12,test,12,"), std::string::npos);
  EXPECT_EQ(read_text(quiet.path() / "run" / "events.jsonl").find("evaluation"), std::string::npos);
  const auto status = run_json({"status", run.string()});
  EXPECT_EQ(status.at("reported_fairness"), one.at("reported_fairness"));
}

TEST(Evaluation, RoundsCanBeJudgedOnTheValidationPart) {
  const TemporaryFolder folder;
  const auto file = experiment(folder, "[evaluation]\nrounds_on = \"validation\"\nclients_on = \"none\"\n");
  std::string text = read_text(file);
  text.insert(text.find("test_fraction"), "validation_fraction = 0.2\n");
  write_atomically(file, text);
  const auto result = run_json({"simulate", file});
  // 24 examples: the accuracy is a whole number of them.
  const double right = 24 * result.at("test_accuracy").get<double>();
  EXPECT_NEAR(right, std::round(right), 1e-9);
  EXPECT_EQ(result.at("fairness"), nullptr);
}

TEST(CurveCommand, WritesTheRoundsOfRuns) {
  const TemporaryFolder folder;
  const auto result = run_json({"simulate", experiment(folder, "")});
  const std::string run = result.at("run_folder");
  const auto svg = folder.path() / "c.svg", csv = folder.path() / "c.csv";
  const auto curve = run_json({"curve", run, "--svg", svg, "--csv", csv});
  ASSERT_EQ(curve.at("runs").size(), 1u);
  EXPECT_EQ(curve.at("runs")[0].at("accuracy").size(), 3u);
  EXPECT_EQ(curve.at("runs")[0].at("accuracy")[2], result.at("test_accuracy"));
  EXPECT_NE(read_text(svg).find("<svg xmlns=\"http://www.w3.org/2000/svg\""), std::string::npos);
  EXPECT_NE(read_text(csv).find("run,round,loss,accuracy\nrun,1,"), std::string::npos);
  TacitProcess missing({"curve", (folder.path() / "none").string()});
  EXPECT_EQ(missing.wait(), 5);
}

}  // namespace
}  // namespace tacit::system_tests
