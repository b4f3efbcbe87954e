#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "core/expect_error.h"

namespace tacit::attacks {
namespace {

constexpr const char* quick = R"(
method = "gradient_matching"
restarts = 3
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 20
[initialiser]
name = "normal"
[labels]
name = "joint"
)";

class AttackRuns : public ::testing::Test {
 protected:
  AttackRuns()
      : run_(tanh_mlp_toml, {1, 8, 8}, 10), seen_(run_.observe_gradient(picture(1), std::vector<std::int32_t>{4})) {}
  RecordedRun run_;
  Observation seen_;
};

TEST_F(AttackRuns, GiveTheSameBitsOnOneThreadAndOnMany) {
  ThreadPool pool(3);
  AttackControl control;
  control.seed = 5;
  const AttackResult alone = run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control);
  control.pool = &pool;
  const AttackResult together = run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control);
  EXPECT_EQ(alone.inputs, together.inputs);
  EXPECT_EQ(alone.chosen, together.chosen);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(alone.rows[i].inputs, together.rows[i].inputs);
  control.seed = 6;
  EXPECT_NE(run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control).inputs, alone.inputs);
}

TEST_F(AttackRuns, ChooseTheRestartWithTheBestScoreAndKeepEveryRow) {
  const AttackResult result = run_attack(seen_, honest_but_curious(), settings(quick));
  ASSERT_EQ(result.rows.size(), 3u);
  for (const RestartRow& row : result.rows) {
    EXPECT_GE(row.score, result.score);
    EXPECT_EQ(row.inputs.size(), 64u);
    EXPECT_GT(row.iterations, 0u);
    EXPECT_GE(row.evaluations, row.iterations);
  }
  EXPECT_EQ(result.rows[result.chosen].inputs, result.inputs);
  EXPECT_EQ(result.rows[result.chosen].labels, result.labels);
}

TEST_F(AttackRuns, ClipToTheBoundsThatTheAttackerKnows) {
  AttackSettings hasty = settings(quick);
  change_matching(hasty, [&](MatchingSettings& matching) {
    matching.solver = make_solver(ConfigTable::parse_text("name = \"lbfgs\"\niterations = 1", "t.toml"));
  });
  ThreatModel blind;
  blind.knows_feature_bounds = false;
  const AttackResult free = run_attack(seen_, blind, hasty);
  const AttackResult clipped = run_attack(seen_, honest_but_curious(), hasty);
  ASSERT_GT(*std::max_element(free.inputs.begin(), free.inputs.end()), 1);
  for (std::size_t i = 0; i < free.inputs.size(); ++i) {
    EXPECT_EQ(clipped.inputs[i], std::clamp(free.inputs[i], 0.0, 1.0));
  }
  EXPECT_EQ(clipped.score, free.score);
  EXPECT_EQ(clipped.rows[clipped.chosen].inputs, clipped.inputs);
}

TEST_F(AttackRuns, TellTheirProgressAndStopWhenCancelled) {
  std::size_t calls = 0;
  AttackControl control;
  control.progress = [&](const AttackProgress& progress) {
    ++calls;
    EXPECT_LT(progress.run, 3u);
    EXPECT_EQ(progress.runs, 3u);
    EXPECT_LE(progress.iteration, progress.max_iterations);
    EXPECT_EQ(progress.max_iterations, 20u);
  };
  control.cancelled = [&] { return calls >= 30; };
  expect_error([&] { run_attack(seen_, honest_but_curious(), settings(quick), nullptr, control); },
               ErrorKind::interrupted, {"cancelled"});
  EXPECT_EQ(calls, 30u);
}

TEST_F(AttackRuns, EndAtTheTimeLimitWithTheBestSoFar) {
  AttackSettings endless = settings(quick);
  change_matching(endless, [&](MatchingSettings& matching) {
    matching.solver =
        make_solver(ConfigTable::parse_text("name = \"adam\"\niterations = 10000000\nlearning_rate = 1e-6", "t.toml"));
  });
  change_matching(endless, [&](MatchingSettings& matching) { matching.seconds = 0.05; });
  const AttackResult result = run_attack(seen_, honest_but_curious(), endless);
  EXPECT_LT(result.seconds, 5);
  EXPECT_EQ(result.inputs.size(), 64u);
  ASSERT_FALSE(result.notes.empty());
  EXPECT_NE(result.notes.back().find("time limit"), std::string::npos);
}

TEST_F(AttackRuns, RefuseEmptyOrBrokenUpdates) {
  const std::size_t size = seen_.update().size();
  for (const char* name :
       {"analytic", "april", "dlg", "fishing", "idlg", "imprint", "inverting_gradients", "loki", "trap_weights"}) {
    const auto attack = AttackSettings::from_catalog(name);
    expect_error(
        [&] { run_attack(seen_.with_update(std::vector<float>(size, 0.0f)), malicious_coordinator(), attack); },
        ErrorKind::data, {"client-1", "zero everywhere"});
    std::vector<float> broken(size, 1.0f);
    broken[3] = std::nanf("");
    expect_error([&] { run_attack(seen_.with_update(broken), malicious_coordinator(), attack); }, ErrorKind::data,
                 {"client-1", "nan", "linear1.weight[0,3]"});
  }
}

TEST_F(AttackRuns, RefuseWhatTheThreatModelDenies) {
  const auto dlg = AttackSettings::from_catalog("dlg"), inverting = AttackSettings::from_catalog("inverting_gradients");
  ThreatModel member = honest_but_curious();
  member.observer = Observer::member;
  expect_error([&] { run_attack(seen_, member, dlg); }, ErrorKind::configuration,
               {"update of a single client", "member"});
  ThreatModel no_count = honest_but_curious();
  no_count.knows_batch_size = false;
  expect_error([&] { run_attack(seen_, no_count, dlg); }, ErrorKind::configuration, {"'dlg'", "number of examples"});
  expect_error([&] { run_attack(seen_, ThreatModel(), inverting); }, ErrorKind::configuration,
               {"bounds of the features"});
  AttackSettings known = settings(quick);
  change_matching(known, [&](MatchingSettings& matching) {
    matching.label_rule = make_label_rule(ConfigTable::parse_text("name = \"known\"", "t.toml"));
  });
  expect_error([&] { run_attack(seen_, honest_but_curious(), known); }, ErrorKind::configuration, {"labels", "denies"});
}

TEST_F(AttackRuns, TakeOnlyTheViewThatTheThreatModelGrants) {
  run_.record(2, "client-2", UpdateKind::gradient, seen_.update(), 1);
  const Observation aggregate = Observation::read_aggregate(run_.file(), 2);
  const auto analytic = AttackSettings::from_catalog("analytic");
  expect_error([&] { run_attack(aggregate, honest_but_curious(), analytic); }, ErrorKind::configuration,
               {"mean update of a round", "honest_but_curious_coordinator"});
  ThreatModel secure = honest_but_curious();
  secure.observes = View::aggregate;
  expect_error([&] { run_attack(seen_, secure, analytic); }, ErrorKind::configuration,
               {"the update of a single client"});
  EXPECT_EQ(run_attack(aggregate, secure, analytic).inputs, run_attack(seen_, honest_but_curious(), analytic).inputs);

  const std::vector<Observation> rounds{seen_, seen_};
  expect_error([&] { run_attack_on_rounds(rounds, honest_but_curious(), analytic); }, ErrorKind::configuration,
               {"'analytic'", "over many rounds"});
  ThreatModel patient = honest_but_curious();
  patient.observes = View::many_rounds;
  const AttackResult result = run_attack_on_rounds(rounds, patient, analytic);
  EXPECT_NE(result.notes.back().find("Of the 2 rounds, the last"), std::string::npos);
  expect_error([&] { run_attack_on_rounds({}, patient, analytic); }, ErrorKind::usage, {"no round"});
}

/// The change of a global model by one client's step gives its example away to every member.
TEST_F(AttackRuns, ReadTheChangeOfTheGlobalModelAsAMemberDoes) {
  const auto image = picture(1);
  std::vector<float> moved(run_.theta().begin(), run_.theta().end());
  for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= 0.5f * seen_.update()[i];
  run_.set_theta(moved);
  run_.record(4, "client-1", UpdateKind::gradient, seen_.update(), 1);
  const Observation change = Observation::read_global_change(run_.file(), 1);
  const ThreatModel member = ThreatModel::of(Observer::member);
  auto analytic = AttackSettings::from_catalog("analytic");
  expect_error([&] { run_attack(change, member, analytic); }, ErrorKind::configuration, {"reconstruct_examples"});
  analytic.reconstruct_examples = 1;
  const AttackResult result = run_attack(change, member, analytic);
  for (std::size_t i = 0; i < image.size(); ++i) EXPECT_NEAR(result.inputs[i], image[i], 1e-3) << i;
  auto dlg = AttackSettings::from_catalog("dlg");
  dlg.reconstruct_examples = 1;
  expect_error([&] { run_attack(change, member, dlg); }, ErrorKind::configuration, {"change of the global model"});
  expect_error([&] { run_attack(change, honest_but_curious(), analytic); }, ErrorKind::configuration,
               {"global models of successive rounds"});
}

}  // namespace
}  // namespace tacit::attacks
