#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "refusal.h"
#include "simulation/attacked_run.h"
#include "simulation/client_file.h"

namespace tacit::simulation {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string guarded(const std::string& guard, const std::string& coordinator = "") {
  return "[data]\nsource = \"digits\"\n[model]\n[[model.layers]]\ntype = \"linear\"\noutputs = 32\n"
         "[[model.layers]]\ntype = \"tanh\"\n[[model.layers]]\ntype = \"linear\"\noutputs = 10\n"
         "[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n[coordinator]\nrounds = 2\n" +
         coordinator + "[simulation]\nclients = 2\nthreads = 1\n" + guard;
}

const std::string noisy =
    "[leakage_guard]\nattack = \"analytic\"\nmeasure = \"ssim\"\nlimit = 0.3\naction = \"noise\"\nnoise = 0.05\n"
    "noise_growth = 3.0\nattempts = 8\n";

/// The lines of a client's log, split at commas.
std::vector<std::vector<std::string>> rows(const std::filesystem::path& run_folder, std::size_t client) {
  std::istringstream text(read_text(leakage_log_file(run_folder, client)));
  std::vector<std::vector<std::string>> result;
  for (std::string line; std::getline(text, line);) {
    result.emplace_back();
    std::istringstream cells(line + ",");
    for (std::string cell; std::getline(cells, cell, ',');) result.back().push_back(cell);
  }
  return result;
}

TEST(LeakageGuard, WhatIsSentIsWhatItsOwnAttackCannotRead) {
  const auto analytic = attacks::AttackSettings::from_catalog("analytic");
  EXPECT_GT(*attacked(experiment_from(guarded("")), analytic).best_ssim, 0.99);

  const Experiment experiment = experiment_from(guarded(noisy));
  const TemporaryFolder folder;
  const RunResult run = run_in_process(experiment, {folder.path(), {}, {}});
  EXPECT_EQ(run.updates_withheld, 0u);
  const Truth truth(experiment);
  const attacks::ThreatModel threat_model = threat_model_of(experiment, truth.train());
  for (const std::size_t client : {0u, 1u}) {
    std::uint32_t sent = 0;
    double first = 0, last = 0;
    for (const auto& row : rows(folder.path(), client)) {
      if (row[0] == "round") continue;
      ASSERT_EQ(row.size(), 8u);
      if (row[1] == "0") first = std::stod(row[5]);
      last = std::stod(row[5]);
      if (row[7] != "sent") continue;
      ++sent;
      EXPECT_GT(first, 0.99) << "as it was, the update gave the picture away";
      EXPECT_LE(last, 0.3);
      // An attacker on the wire finds what the guard found: it looked at the very bytes that were sent.
      const auto seen =
          attacks::Observation::read(folder.path() / "recording.bin", sent, Experiment::client_name(client));
      const auto result = attacks::run_attack(seen, threat_model, analytic);
      const auto score = attacks::score(result, truth.of_update(sent, Experiment::client_name(client)),
                                        {truth.train().feature_shape, threat_model.feature_bounds, false});
      EXPECT_NEAR(*score.best_ssim, last, 1e-5);
    }
    EXPECT_EQ(sent, 2u);
  }
}

TEST(LeakageGuard, GivesTheSameModelOnAnyNumberOfThreads) {
  const Experiment one = experiment_from(guarded(noisy));
  const TemporaryFolder first, second;
  const std::string hash = run_in_process(one, {first.path(), {}, {}}).model_sha256;
  const auto many = one.with("simulation.threads", 4).with("simulation.arrival", "shuffled");
  EXPECT_EQ(run_in_process(many, {second.path(), {}, {}}).model_sha256, hash);
}

TEST(LeakageGuard, WithholdsWithinWhatTheCoordinatorAllows) {
  // Client-1 always gives its picture away; whoever sends many examples does not.
  const std::string guard =
      "[leakage_guard]\nattack = \"analytic\"\nmeasure = \"ssim\"\nlimit = 0.5\naction = \"withhold\"\n";
  const TemporaryFolder folder;
  EXPECT_THAT(run_in_process(experiment_from(guarded(guard)), {folder.path() / "a", {}, {}}).outcome,
              AllOf(HasSubstr("failed"), HasSubstr("withheld by: client-")));
  const RunResult both =
      run_in_process(experiment_from(guarded(guard, "minimum_updates = 1\n")), {folder.path() / "b", {}, {}});
  EXPECT_THAT(both.outcome, HasSubstr("withheld by: client-1, client-2"));
  EXPECT_EQ(both.updates_withheld, 2u);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "b" / "nothing"));
  EXPECT_THAT(read_text(folder.path() / "b" / "events.jsonl"), HasSubstr("update_withheld"));
}

TEST(LeakageGuard, BoundsASearchAndMeasuresLabels) {
  const Experiment experiment = experiment_from(guarded(
      "[leakage_guard]\nattack = \"dlg\"\niterations = 3\nrestarts = 1\nmeasure = \"label_accuracy\"\nlimit = 1.0\n"
      "action = \"withhold\"\n[leakage_guard.threat_model]\nknows_feature_bounds = false\n"));
  const TemporaryFolder folder;
  run_in_process(experiment, {folder.path(), {}, {}});
  const auto measured = rows(folder.path(), 0);
  ASSERT_EQ(measured.size(), 3u);
  EXPECT_EQ(measured[1][4], "") << "no bounds, no psnr";
  EXPECT_NE(measured[1][6], "");
}

TEST(LeakageGuard, MistakesAreNamedBeforeAnythingRuns) {
  const auto refused = [](const std::string& guard) {
    return refusal(ErrorKind::configuration, [&] { experiment_from(guarded("[leakage_guard]\n" + guard)); });
  };
  const std::string rest = "measure = \"mse\"\nlimit = 0.1\naction = \"withhold\"\n";
  EXPECT_THAT(refused(rest), HasSubstr("'leakage_guard.attack'"));
  EXPECT_THAT(refused("attack = \"analitic\"\n" + rest), AllOf(HasSubstr("e.toml:21"), HasSubstr("analytic")));
  EXPECT_THAT(refused("attack = \"analytic\"\niterations = 5\n" + rest), HasSubstr("does not search"));
  EXPECT_THAT(refused("attack = \"analytic\"\nlimits = 5\n" + rest), HasSubstr("limit"));
  EXPECT_THAT(refused("attack = \"analytic\"\n" + rest + "[leakage_guard.threat_model]\nknows_all = true\n"),
              HasSubstr("knows_all"));
}

TEST(LeakageGuard, AnAttackThatDoesNotApplyEndsTheRunWithItsReason) {
  const std::string text =
      "[data]\nsource = \"iris\"\n[model]\n[[model.layers]]\ntype = \"tanh\"\n[[model.layers]]\ntype = \"linear\"\n"
      "outputs = 3\n[coordinator]\nrounds = 1\n[simulation]\nclients = 1\nthreads = 1\n"
      "[leakage_guard]\nattack = \"analytic\"\nmeasure = \"mse\"\nlimit = 0.1\naction = \"withhold\"\n";
  const TemporaryFolder folder;
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [&] {
                        run_in_process(experiment_from(text), {folder.path() / "run", {}, {}});
                      }),
              AllOf(HasSubstr("[leakage_guard]"), HasSubstr("'analytic' does not apply")));
}

}  // namespace
}  // namespace tacit::simulation
