#include "evaluation/sweep/sweep.h"

#include <set>

#include "core/expect_error.h"
#include "evaluation/sweep/axes.h"

namespace tacit::evaluation {
namespace {

const std::string experiment =
    "[data]\n"
    "source = \"iris\"\n"
    "[model]\n"
    "[[model.layers]]\n"
    "type = \"linear\"\n"
    "outputs = 3\n"
    "[training]\n"
    "algorithm = \"fedsgd\"\n"
    "batch_size = 1\n"
    "[sweep]\n"
    "trials = 2\n";  // line 11

Sweep sweep_of(const std::string& more) {
  return Sweep::from_config(ConfigTable::parse_text(experiment + more, "sweep.toml"));
}

void expect_refused(const std::string& more, const std::vector<std::string>& words) {
  expect_error([&] { sweep_of(more); }, ErrorKind::configuration, words);
}

TEST(Sweep, MultipliesItsAxes) {
  const Sweep sweep = sweep_of(
      "[axes]\n"
      "attack = [\"analytic\", \"dlg\"]\n"
      "training.batch_size = [1, 2]\n"
      "[[axes.defence]]\n"
      "name = \"none\"\n"
      "[[axes.defence]]\n"
      "name = \"clip\"\n"
      "update.clip_norm = 0.5\n"
      "\"model.layers.0.bias\" = false\n");
  EXPECT_EQ(sweep.axes, (std::vector<std::string>{"training.batch_size", "defence"}));
  EXPECT_EQ(sweep.targets.size(), 4u) << "one for all attacks on it";
  ASSERT_EQ(sweep.cells.size(), 4u * 3) << "two attacks and the guesses";
  EXPECT_EQ(sweep.cells[0].attack_label, "analytic");
  EXPECT_EQ(sweep.cells[1].attack_label, "dlg");
  EXPECT_EQ(sweep.cells[2].attack, nullptr);
  EXPECT_EQ(sweep.cells[3].setting, (std::vector<std::string>{"1", "clip"}));
  EXPECT_EQ(sweep.cells[11].setting, (std::vector<std::string>{"2", "clip"}));
  const ConfigTable clipped = sweep.targets[1]->experiment().section("update");
  EXPECT_TRUE(clipped.has("clip_norm"));
  EXPECT_EQ(sweep.targets[1]->model().schema()->size(), 12u) << "without bias";
  std::set<std::string> keys;
  for (const Cell& cell : sweep.cells) keys.insert(cell.key);
  EXPECT_EQ(keys.size(), sweep.cells.size());
}

TEST(Sweep, ChangesTheSettingsOfAttacks) {
  const Sweep sweep = sweep_of(
      "[axes]\n\"attack.restarts\" = [1, 3]\n"
      "[[axes.attack]]\nname = \"short\"\nattack = \"dlg\"\n\"attack.solver.iterations\" = 5\n");
  EXPECT_EQ(sweep.axes, (std::vector<std::string>{"attack.restarts"}));
  ASSERT_EQ(sweep.cells.size(), 4u);
  EXPECT_EQ(sweep.cells[0].attack_label, "short");
  EXPECT_NE(sweep.cells[0].key, sweep.cells[2].key);
  EXPECT_EQ(sweep.cells[1].key, sweep.cells[3].key) << "guesses do not depend on the attack";
}

TEST(Sweep, KeysDependOnWhatDecidesAndOnNothingElse) {
  const auto key = [](const std::string& more) { return sweep_of(more).cells[0].key; };
  const std::string plain = key("");
  EXPECT_EQ(key("name = \"other\"\nrecovered_within = 0.01\n[simulation]\nthreads = 3\n"), plain);
  EXPECT_EQ(key("examples = 1\n"), plain) << "the batch, said";
  EXPECT_NE(key("examples = 2\n"), plain);
  EXPECT_NE(key("[run]\nseed = 2\n"), plain);
  EXPECT_NE(key("noise_control = false\n"), plain);
  EXPECT_NE(key("model = \"trained\"\n[coordinator]\nrounds = 1\n"), plain);
}

TEST(Sweep, WithoutAxesIsOneCellAndItsControls) {
  const Sweep sweep = sweep_of("");
  EXPECT_EQ(sweep.cells.size(), 2u);
  EXPECT_TRUE(sweep.axes.empty());
}

TEST(Sweep, NamesTheLineOfAMistake) {
  expect_refused("[axes]\ntraining.batch_siz = [1, 2]\n", {"sweep.toml:13", "batch_siz", "did you mean 'batch_size'"});
  expect_refused("[axes]\n\"model.layers.0.outputs\" = [3, \"many\"]\n",
                 {"sweep.toml:13", "model.layers[0].outputs", "'many'"});
  expect_refused("[axes]\nmodel.layers.4.outputs = [3]\n", {"sweep.toml:13", "model.layers.4", "array of 1"});
  expect_refused("[axes]\nmodels.loss = [\"hinge\"]\n", {"sweep.toml:13", "models"});
  expect_refused("[axes]\ntraining.batch_size = []\n", {"sweep.toml:13", "axes.training.batch_size", "empty"});
  expect_refused("[axes]\ntraining.batch_size = 4\n",
                 {"sweep.toml:13", "axes.training.batch_size", "expected an array"});
  expect_refused("[axes]\ntraining.batch_size = [1, 1]\n", {"sweep.toml:13", "'1' stands twice"});
  expect_refused("[axes]\ntraining.batch_size = [1, {name = \"a\"}]\n", {"sweep.toml:13", "mixes"});
  expect_refused("[axes]\ntraining.batch_size = [500]\n", {"sweep.toml:13", "500 examples", "120"});
  expect_refused("[[axes.a]]\nupdate.clip_norm = 1.0\n", {"sweep.toml:12", "axes.a", "no 'name'"});
  expect_refused("[[axes.a]]\nname = 3\n", {"sweep.toml:13", "axes.a.name"});
  expect_refused("[[axes.a]]\nname = \"x\"\nupdate.clip_norm = -1\n", {"sweep.toml:14", "clip_norm"});
  expect_refused("[axes]\nattack = [\"analytik\"]\n", {"sweep.toml:13", "did you mean 'analytic'"});
  expect_refused("[axes]\nattack = [\"analytic\"]\n\"attack.restarts\" = [3]\n", {"sweep.toml:14", "restarts"});
  expect_refused("[axes]\nsweep.name = [\"a\"]\n", {"sweep.toml:13", "whole sweep"});
  expect_refused("[axes]\nsweep.trials = [0]\n", {"sweep.toml:13", "sweep.trials"});
  expect_refused("[axes]\ntraining.batch_size = [1]\n[[axes.a]]\nname = \"b\"\ntraining.batch_size = 2\n",
                 {"sweep.toml:16", "training.batch_size", "as axis"});
  expect_refused("trils = 3\n", {"sweep.toml:12", "did you mean 'trials'"});
  expect_refused("close_within = 0.01\n", {"sweep.toml:12", "recovered_within"});
  expect_refused("model = \"trained\"\n", {"coordinator", "missing"});
  expect_refused("[audits]\n", {"sweep.toml:12", "audits"});
  expect_error([] { Sweep::from_config(ConfigTable::parse_text("[data]\nsource = \"iris\"\n", "a.toml")); },
               ErrorKind::configuration, {"a.toml", "sweep", "missing"});
}

TEST(Target, GivesEqualTrialsAgainAndDifferentOnesByNumber) {
  const Sweep sweep = sweep_of("");
  const TargetTrial one = sweep.targets[0]->trial(0), again = sweep.targets[0]->trial(0),
                    other = sweep.targets[0]->trial(1);
  EXPECT_EQ(one.observation.serialize(), again.observation.serialize());
  EXPECT_NE(one.truth.inputs, other.truth.inputs);
  EXPECT_NE(one.observation.model().hash(), other.observation.model().hash()) << "a fresh model each";
  EXPECT_FALSE(one.labels) << "not granted";
}

TEST(Target, PairsBatchesOfDifferentSizes) {
  const Sweep sweep = sweep_of("[axes]\ntraining.batch_size = [1, 4]\n");
  const TargetTrial small = sweep.targets[0]->trial(3), large = sweep.targets[1]->trial(3);
  ASSERT_EQ(large.truth.labels.size(), 4u);
  const auto found = std::search(large.truth.inputs.begin(), large.truth.inputs.end(), small.truth.inputs.begin(),
                                 small.truth.inputs.end());
  EXPECT_NE(found, large.truth.inputs.end());
  EXPECT_EQ(small.observation.model().hash(), large.observation.model().hash());
}

/// That an update is the gradient of the trial's truth at the model that was sent.
void expect_gradient_of_truth(const Target& target, const TargetTrial& trial, const attacks::Observation& seen) {
  models::Evaluation<float> evaluation(target.model());
  const std::vector<float> inputs(trial.truth.inputs.begin(), trial.truth.inputs.end());
  const std::vector<float> targets = target.model().targets_of(trial.truth.labels);
  std::vector<float> gradient(target.model().schema()->size());
  evaluation.gradient(seen.model().values(), {inputs, targets, trial.truth.labels.size()},
                      {.theta = gradient, .inputs = {}, .targets = {}});
  for (std::size_t i = 0; i < gradient.size(); ++i) EXPECT_NEAR(gradient[i], seen.update()[i], 1e-6);
}

/// The truth is what the update was made of: its gradient is the update.
TEST(Target, KnowsTheExamplesBehindAnUpdate) {
  const Sweep sweep = sweep_of("examples = 6\n[axes]\ntraining.batch_size = [3]\n");
  const Target& target = *sweep.targets[0];
  const TargetTrial trial = target.trial(0);
  ASSERT_EQ(trial.truth.labels.size(), 3u);
  expect_gradient_of_truth(target, trial, trial.observation);
}

/// What secure aggregation lets through: the mean over all clients, whose examples are all at stake.
TEST(Target, ShowsTheMeanOfAllClientsWhereTheAttackerSeesAnAggregate) {
  const Sweep sweep = sweep_of("[simulation]\nclients = 3\n[threat_model]\nobserves = \"aggregate\"\n");
  const Target& target = *sweep.targets[0];
  const TargetTrial trial = target.trial(0);
  ASSERT_EQ(trial.truth.labels.size(), 3u);
  EXPECT_EQ(trial.observation.scope(), attacks::Scope::aggregate);
  expect_gradient_of_truth(target, trial, trial.observation);
}

TEST(Target, ShowsRoundsOfTheSameExamplesToAModelThatMoves) {
  const Sweep sweep = sweep_of("rounds = 3\n[threat_model]\nobserves = \"many_rounds\"\n");
  const Target& target = *sweep.targets[0];
  const TargetTrial trial = target.trial(0);
  ASSERT_EQ(trial.earlier.size(), 2u);
  for (const attacks::Observation* round : {&trial.earlier[0], &trial.earlier[1], &trial.observation})
    expect_gradient_of_truth(target, trial, *round);
  const auto& first = trial.earlier[0];
  const auto& second = trial.earlier[1];
  EXPECT_EQ(second.round(), first.round() + 1);
  const auto clients = static_cast<float>(target.experiment().clients());
  for (std::size_t i = 0; i < first.update().size(); ++i)
    EXPECT_NEAR(second.model().values()[i], first.model().values()[i] - first.update()[i] / clients, 1e-6);
}

TEST(Target, RefusesRoundsThatNobodySees) {
  expect_refused("rounds = 3\n", {"observes", "many_rounds"});
  expect_refused("rounds = 3\nexamples = 4\n[threat_model]\nobserves = \"many_rounds\"\n",
                 {"batch_size", "all the client's examples"});
}

TEST(Target, HandsOverLabelsThatAreGranted) {
  const Sweep sweep = sweep_of("[threat_model]\nknows_labels = true\n");
  const TargetTrial trial = sweep.targets[0]->trial(0);
  ASSERT_TRUE(trial.labels);
  EXPECT_EQ(trial.labels->labels, trial.truth.labels);
}

}  // namespace
}  // namespace tacit::evaluation
