#include "attacks/local_run/simulated_training.h"

#include <array>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/baselines.h"
#include "attacks/finite_differences.h"
#include "attacks/local_run/epoch_copies.h"
#include "attacks/matching_problem.h"
#include "attacks/random_vector.h"
#include "attacks/score.h"
#include "core/expect_error.h"
#include "models/specification.h"
#include "models/training.h"

namespace tacit::attacks {
namespace {

using Labels = std::vector<std::int32_t>;

models::Model<double> small_model() {
  return models::build_model<double>(
      ConfigTable::parse_text("[[layers]]\ntype = \"linear\"\noutputs = 6\n[[layers]]\ntype = \"tanh\"\n[[layers]]\n"
                              "type = \"linear\"\noutputs = 3\n",
                              "model.toml"),
      {5}, 3);
}

/// Two epochs of batches of two of three examples, in other orders.
LocalRun two_epochs(double momentum, bool nesterov, double weight_decay) {
  return {{0.5, 0.4, 0.3, 0.2}, {{0, 2}, {1}, {1, 2}, {0}}, momentum, nesterov, weight_decay};
}

class SimulatedSteps : public ::testing::TestWithParam<std::tuple<double, bool, double>> {};

TEST_P(SimulatedSteps, HaveTheExactDerivative) {
  const auto& [momentum, nesterov, weight_decay] = GetParam();
  const LocalRun run = two_epochs(momentum, nesterov, weight_decay);
  const models::Model<double> model = small_model();
  const std::vector<double> theta = model.initial_parameters(3);
  const auto objective = make_objective(ConfigTable::parse_text("name = \"euclidean\"", "test.toml"));
  const std::vector<double> observed = uniform_vector(theta.size(), -0.3, 0.3, 5);
  for (const bool joint : {false, true}) {
    MatchingTarget target{&model, theta, observed, objective.get(), {}, {{5}, Bounds{0, 1}, false}, 3};
    target.local_run = &run;
    MatchingProblem problem(target, joint ? std::vector<double>() : model.targets_of(Labels{0, 2, 1}));
    const auto at = uniform_vector(problem.variables(), -1, 1, 7);
    std::vector<double> gradient(problem.variables()), scratch(problem.variables());
    problem.evaluate(at, gradient);
    const auto numeric =
        numeric_gradient([&](std::span<const double> x) { return problem.evaluate(x, scratch); }, at, 1e-3);
    EXPECT_LT(relative_difference(gradient, numeric), 1e-8) << joint;
  }
}

INSTANTIATE_TEST_SUITE_P(Rules, SimulatedSteps,
                         ::testing::Values(std::tuple(0.0, false, 0.0), std::tuple(0.0, false, 0.1),
                                           std::tuple(0.7, false, 0.05), std::tuple(0.7, true, 0.05)));

/// A client's local training, and the order of its examples.
class TrainingClient : public RecordedRun {
 public:
  TrainingClient(const std::string& keys, std::string_view model = tanh_mlp_toml)
      : RecordedRun(model, {1, 8, 8}, 10, "algorithm = \"fedavg\"\n" + keys, 4),
        training_(models::LocalTraining::from_config(ConfigTable::parse_text(description().training_toml, "t.toml"))) {}

  Observation observe_training(const std::vector<float>& images, const Labels& labels) {
    datasets::Dataset data;
    data.name = "client";
    data.feature_shape = {1, 8, 8};
    data.features = images;
    data.labels = labels;
    data.classes = 10;
    record(1, "c", UpdateKind::delta, models::train_locally(model(), theta(), data, training_, key_).update,
           labels.size());
    return observe(1, "c");
  }
  /// The true steps: no attacker has them.
  LocalRun steps(std::size_t count) const {
    LocalRun run;
    run.momentum = training_.optimizer.momentum;
    run.nesterov = training_.optimizer.nesterov;
    run.weight_decay = training_.optimizer.weight_decay;
    const auto order = models::examples_of_round(training_, count, key_);
    for (std::size_t begin = 0; begin < order.size(); begin += std::min(training_.batch_size, count - begin % count)) {
      const std::size_t size = std::min(training_.batch_size, count - begin % count);
      run.rates.push_back(training_.learning_rate_at(1, run.steps()));
      run.batches.emplace_back(order.begin() + static_cast<std::ptrdiff_t>(begin),
                               order.begin() + static_cast<std::ptrdiff_t>(begin + size));
    }
    return run;
  }

 private:
  models::LocalTraining training_;
  const RandomKey key_{9, Purpose::local_order, 1, 1};
};

std::vector<float> pictures(std::size_t count) {
  std::vector<float> images;
  for (std::size_t i = 0; i < count; ++i) {
    const auto one = picture(20 + i);
    images.insert(images.end(), one.begin(), one.end());
  }
  return images;
}

TEST(SimulatedTrainingOfAClient, MakesTheUpdateThatTheClientSends) {
  for (const char* keys : {"batch_size = 8\n", "batch_size = 2\nlocal_epochs = 3\nlearning_rate = 0.5\n",
                           "batch_size = 2\nlocal_epochs = 2\nmomentum = 0.9\nweight_decay = 0.01\n",
                           "batch_size = 3\nmomentum = 0.9\nnesterov = true\nschedule = \"step\"\n"
                           "schedule_every = 1\nschedule_factor = 0.5\n"}) {
    TrainingClient client(keys);
    const auto images = pictures(5);
    const Labels labels{1, 4, 4, 7, 9};
    const Observation seen = client.observe_training(images, labels);
    const models::Model<double> model = observed_model(client.description());
    const LocalRun steps = client.steps(5);
    std::vector<double> update(seen.update().size()), expected(seen.update().begin(), seen.update().end());
    for (double& value : expected) value /= -steps.scale();
    const std::vector<double> theta = wide(client.theta());
    SimulatedTraining(model, theta, steps).gradient({wide(images), model.targets_of(labels), 5}, update);
    EXPECT_LT(relative_difference(update, expected), 1e-5) << keys;
  }
}

std::string simulating(const std::string& local_training, int restarts, const std::string& labels = "known") {
  return "method = \"gradient_matching\"\nproject = true\nrestarts = " + std::to_string(restarts) +
         "\n[objective]\nname = \"euclidean\"\n[solver]\nname = \"lbfgs\"\niterations = 400\n[initialiser]\n"
         "name = \"uniform\"\n[labels]\nname = \"" +
         labels + "\"\n" + local_training;
}

ThreatModel knows_labels() {
  ThreatModel model = honest_but_curious();
  model.knows_labels = true;
  return model;
}

TEST(FederatedAveragingInversion, RecoversABatchFromManySteps) {
  TrainingClient client("batch_size = 8\nlocal_epochs = 5\nlearning_rate = 1.0\n");
  const auto images = pictures(4);
  const Labels labels{1, 4, 7, 9};
  const GroundTruth truth{wide(images), labels};
  const Observation seen = client.observe_training(images, labels);
  const KnownLabels known{labels};
  const auto error = [&](const Observation& observation, const std::string& local_training) {
    const AttackResult result =
        run_attack(observation, knows_labels(), settings(simulating(local_training, 1)), &known);
    return score(result, truth, digit).mean_mse;
  };
  EXPECT_LT(error(seen, "[local_training]\n"), 1e-6);
  // Who takes the five steps for one gradient, or believes in other steps, gets less.
  EXPECT_GT(error(seen, ""), 1e-3);
  EXPECT_GT(error(seen, "[local_training]\nlocal_epochs = 2\n"), 1e-3);
  EXPECT_GT(error(noise_control(seen, 1), "[local_training]\n"), 0.02);
}

TEST(FederatedAveragingInversion, RecoversABatchWhoseOrderIsUnknown) {
  TrainingClient client("batch_size = 2\nlocal_epochs = 2\nlearning_rate = 0.2\n");
  const auto images = pictures(4);
  const Labels labels{1, 4, 7, 9};
  const AttackResult result = run_attack(client.observe_training(images, labels), honest_but_curious(),
                                         settings(simulating("[local_training]\n", 8, "counts")));
  const Score found = score(result, {wide(images), labels}, digit);
  EXPECT_EQ(found.label_accuracy, 1);
  EXPECT_LT(found.mean_mse, 1e-3);
  EXPECT_TRUE(result.notes.empty());
}

TEST(EpochInvariance, HasItsGradientAndVanishesWhereOnlyTheOrderDiffers) {
  const Labels labels{2, 5, 2};
  const auto copies = uniform_vector(2 * 3 * 64, 0, 1, 8);
  std::vector<double> gradient(copies.size()), scratch(copies.size());
  EXPECT_GT(add_epoch_invariance(3, labels, 2, copies, gradient), 1e-3);
  const auto numeric = numeric_gradient(
      [&](std::span<const double> x) { return add_epoch_invariance(3, labels, 2, x, scratch); }, copies);
  EXPECT_LT(relative_difference(gradient, numeric), 1e-7);

  // The second epoch holds the two examples of label 2 the other way round.
  std::vector<double> turned = wide(pictures(3));
  const auto again = wide(pictures(3));
  for (const std::size_t i : {2, 1, 0})
    turned.insert(turned.end(), again.begin() + static_cast<std::ptrdiff_t>(i * 64),
                  again.begin() + static_cast<std::ptrdiff_t>((i + 1) * 64));
  EXPECT_LT(add_epoch_invariance(3, labels, 2, turned, scratch), 1e-20);
  const std::vector<double> pooled = pooled_epochs(digit, labels, 2, turned);
  for (std::size_t i = 0; i < pooled.size(); ++i) EXPECT_DOUBLE_EQ(pooled[i], again[i]);
}

TEST(FederatedAveragingInversion, FreesTheCopiesOfEpochsFromTheOrder) {
  TrainingClient client("batch_size = 2\nlocal_epochs = 4\nlearning_rate = 0.5\n");
  const auto images = pictures(8);
  const Labels labels{0, 1, 2, 3, 4, 5, 6, 7};
  const GroundTruth truth{wide(images), labels};
  const Observation seen = client.observe_training(images, labels);
  const KnownLabels known{labels};
  const auto error = [&](const Observation& observation, const std::string& order) {
    const AttackResult result =
        run_attack(observation, knows_labels(), settings(simulating("[local_training]\norder = " + order, 2)), &known);
    EXPECT_EQ(result.inputs.size(), 8u * 64u);
    return score(result, truth, digit).mean_mse;
  };
  const double drawn = error(seen, "\"drawn\"\n"), freed = error(seen, "\"free\"\ninvariance = 0.1\n");
  EXPECT_LT(freed, 0.8 * drawn);
  EXPECT_GT(error(noise_control(seen, 1), "\"free\"\n"), 0.02);
}

TEST(FederatedAveragingInversion, RefusesCopiesItCannotTie) {
  expect_error([&] { settings(simulating("[local_training]\ninvariance = 2.0\n", 1)); }, ErrorKind::configuration,
               {"invariance", "free"});
  TrainingClient client("batch_size = 2\nlocal_epochs = 2\n");
  const Observation seen = client.observe_training(pictures(2), {1, 4});
  const std::string free = "[local_training]\norder = \"free\"\n";
  expect_error([&] { run_attack(seen, honest_but_curious(), settings(simulating(free, 1, "joint"))); },
               ErrorKind::configuration, {"order = \"free\"", "labels"});
  expect_error(
      [&] {
        run_attack(seen, honest_but_curious(),
                   settings(simulating(free + "[group]\nweight = 1\n[group.solver]\nname = \"lbfgs\"\niterations = 1\n",
                                       2, "counts")));
      },
      ErrorKind::configuration, {"[group]", "copies"});
}

TEST(FederatedAveragingInversion, DrawsItsOrderFromSeedAndRestart) {
  TrainingClient client("batch_size = 2\nlocal_epochs = 3\n");
  const Observation seen = client.observe_training(pictures(4), {1, 4, 7, 9});
  const auto drawn = [&](std::uint64_t seed, std::size_t restart) {
    return local_run(seen, honest_but_curious(), {}, 4, seed, restart).batches;
  };
  EXPECT_EQ(drawn(1, 0), drawn(1, 0));
  EXPECT_NE(drawn(1, 0), drawn(1, 1));
  EXPECT_NE(drawn(1, 0), drawn(2, 0));
  EXPECT_EQ(drawn(1, 0).size(), 6u);
  LocalRunBelief same;
  same.draws_order = false;
  same.batch_size = 3;
  same.local_epochs = 1;
  EXPECT_EQ(local_run(seen, honest_but_curious(), same, 4, 1, 0).batches,
            (std::vector<std::vector<std::size_t>>{{0, 1, 2}, {3}}));
}

TEST(FederatedAveragingInversion, CountsRepeatedLabelsOfManySteps) {
  std::size_t right = 0;
  RandomStream random({4, Purpose::test, 0, 0});
  for (int trial = 0; trial < 20; ++trial) {
    TrainingClient client("batch_size = 2\nlocal_epochs = 2\nlearning_rate = 0.2\n");
    Labels labels(6);
    for (std::int32_t& label : labels) label = static_cast<std::int32_t>(random.below(4));
    AttackSettings attack = settings(simulating("[local_training]\n", 1, "counts"));
    change_matching(attack, [](MatchingSettings& matching) {
      matching.solver = make_solver(ConfigTable::parse_text("name = \"lbfgs\"\niterations = 1", "t.toml"));
    });
    const AttackResult result = run_attack(client.observe_training(pictures(6), labels), honest_but_curious(), attack);
    std::sort(labels.begin(), labels.end());
    right += result.labels == labels ? 1u : 0u;
  }
  EXPECT_GE(right, 18u);
}

TEST(FederatedAveragingInversion, RefusesWhatCannotBeRepeated) {
  const auto images = pictures(1);
  const auto refused = [&](const std::string& keys, const ThreatModel& threat_model, const char* reason) {
    TrainingClient client(keys);
    const Observation seen = client.observe_training(images, {3});
    expect_error([&] { run_attack(seen, threat_model, settings(simulating("[local_training]\n", 1, "idlg"))); },
                 ErrorKind::configuration, {"simulation of local training", reason});
  };
  refused("optimizer = \"adam\"\n", honest_but_curious(), "adam");
  refused("clip_gradient_norm = 1.0\n", honest_but_curious(), "clipped");
  refused("gradient = \"spsa\"\n", honest_but_curious(), "estimated");
  ThreatModel blind = honest_but_curious();
  blind.knows_learning_rate = false;
  refused("", blind, "learning rate");
  blind = honest_but_curious();
  blind.knows_local_steps = false;
  refused("", blind, "local steps");
  expect_error([&] { settings(simulating("[local_training]\norder = \"true\"\n", 1)); }, ErrorKind::configuration,
               {"order", "drawn"});

  // A belief stands in for what is denied.
  TrainingClient client("batch_size = 2\n");
  blind.knows_learning_rate = false;
  const AttackResult result = run_attack(
      client.observe_training(images, {3}), blind,
      settings(simulating("[local_training]\nlocal_epochs = 1\nbatch_size = 8\nlearning_rate = 0.1\n", 1, "idlg")));
  EXPECT_LT(score(result, {wide(images), {3}}, digit).mean_mse, 1e-6);

  const models::Model<double> model = small_model();
  const std::vector<double> theta = model.initial_parameters(1);
  LocalRun endless;
  endless.rates.resize(10'000'000);
  expect_error([&] { SimulatedTraining(model, theta, endless); }, ErrorKind::configuration, {"10000000 steps"});
}

}  // namespace
}  // namespace tacit::attacks
