// Each defence against an attack that succeeds without it, on what a whole run records.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "refusal.h"
#include "simulation/attacked_run.h"

namespace tacit::simulation {
namespace {

using testing::HasSubstr;

/// One gradient of one picture of a digit each, of a network whose first layer is linear.
std::string digits(const std::string& update, const std::string& training, const std::string& layers = "") {
  const std::string mlp =
      "[[model.layers]]\ntype = \"linear\"\noutputs = 32\n[[model.layers]]\ntype = \"tanh\"\n"
      "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n";
  return "[data]\nsource = \"digits\"\n[model]\n" + (layers.empty() ? mlp : layers) +
         "[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n" + training + "\n[update]\n" + update +
         "\n[coordinator]\nrounds = 1\n[simulation]\nclients = 2\nthreads = 1\n";
}

/// Mean squared error of what the attack reads off; infinite where it finds nothing to read.
double analytic_error(const std::string& update, const std::string& training) {
  try {
    return attacked(experiment_from(digits(update, training)), attacks::AttackSettings::from_catalog("analytic"))
        .mean_mse;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) throw;
    return HUGE_VAL;
  }
}

TEST(Defences, AnalyticInversionIsExactWithoutAnyAndStoppedByMost) {
  EXPECT_LT(analytic_error("", ""), 1e-8);
  struct Case {
    const char *update, *training;
  };
  for (const Case& one : {Case{"noise = \"gaussian\"\nnoise_scale = 0.1", ""},
                          {"noise = \"laplace\"\nnoise_scale = 0.1", ""},
                          {"keep_share = 0.1", ""},
                          {"quantise_bits = 1", ""},
                          {"quantise_bits = 2", ""},
                          {"quantise_bits = 2\nquantise_rounding = \"stochastic\"", ""},
                          {"", "example_clip_norm = 1.0\nexample_noise = 0.1"},
                          {"", "mixing = \"mixup\""},
                          {"", "mixing = \"instahide\""}}) {
    const double error = analytic_error(one.update, one.training);
    RecordProperty(fmt::format("{} {}", one.update, one.training), std::to_string(error));
    EXPECT_GT(error, 0.01) << one.update << one.training;
  }
}

// What only scales or touches later layers does not reach the first layer's ratios; docs/defences.md says so.
TEST(Defences, ClippingAndSoteriaDoNotStopAnalyticInversion) {
  EXPECT_LT(analytic_error("clip_norm = 0.01", ""), 1e-6);
  EXPECT_LT(analytic_error("", "example_clip_norm = 0.01"), 1e-6);
  EXPECT_LT(analytic_error("", "soteria_share = 0.8"), 1e-8);
}

std::string matching(const std::string& objective, int iterations) {
  return fmt::format(R"(method = "gradient_matching"
restarts = 2
project = true
[objective]
name = "{}"
[solver]
name = "adam"
iterations = {}
learning_rate = 0.1
sign = true
schedule = "step"
milestones = [0.375, 0.625, 0.875]
factor = 0.1
[initialiser]
name = "uniform"
[labels]
name = "idlg"
)",
                     objective, iterations);
}

TEST(Defences, AClipDoesNotStopACosineAttackButNoiseDoes) {
  const auto error = [](const char* objective, const std::string& update) {
    return attacked(experiment_from(digits(update, "")), attack_from(matching(objective, 300))).mean_mse;
  };
  const double plain = error("cosine", "");
  EXPECT_LT(plain, 2e-3);
  EXPECT_LT(error("cosine", "clip_norm = 0.01"), 2 * plain + 1e-4) << "the direction is all it needs";
  EXPECT_GT(error("cosine", "noise = \"gaussian\"\nnoise_scale = 0.3"), 0.02);
  // An attack on the gradient's length does feel the clip.
  EXPECT_LT(error("euclidean", ""), 5e-3);
  EXPECT_GT(error("euclidean", "clip_norm = 0.01"), 0.02);
}

/// A circuit of two angles, of which a search with many starts finds both.
std::string angles(const std::string& layer) {
  return "[data]\nsource = \"iris\"\nclasses = [0, 1]\npca = 2\nrange = [0.0, 3.14159]\nangles = true\n"
         "[model]\nloss = \"mean_squared_error\"\n[[model.layers]]\ntype = \"quantum\"\nqubits = 2\nlayers = 3\n"
         "encoding = \"angle\"\nencoding_axis = \"y\"\nobservables = \"z_mean\"\n" +
         layer + "[training]\nalgorithm = \"fedsgd\"\nbatch_size = 1\n" +
         "[coordinator]\nrounds = 1\n[simulation]\nclients = 2\nthreads = 1\n";
}

double circuit_error(const std::string& layer) {
  return attacked(experiment_from(angles(layer)), attack_from(R"(method = "gradient_matching"
restarts = 12
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 200
[initialiser]
name = "uniform"
[labels]
name = "try_all"
limit = 4
)"))
      .mean_mse;
}

TEST(Defences, ShotsAndNoiseHideWhatACircuitSaw) {
  EXPECT_LT(circuit_error(""), 1e-6);
  EXPECT_GT(circuit_error("training_shots = 30\n"), 1e-3);
  EXPECT_GT(circuit_error("training_depolarising = 0.05\n"), 1e-3);
}

TEST(Defences, GiveTheSameModelOnAnyNumberOfThreads) {
  const std::string text = digits(
      "noise = \"gaussian\"\nnoise_scale = 0.01\nkeep_share = 0.5\nquantise_bits = 4\n"
      "quantise_rounding = \"stochastic\"",
      "mixing = \"instahide\"\nsoteria_share = 0.5");
  const auto hash = [&](const std::string& simulation) {
    const TemporaryFolder folder;
    return run_in_process(experiment_from(text + simulation), {folder.path() / "run", {}, {}}).model_sha256;
  };
  const std::string one = hash("");
  const auto many = experiment_from(text).with("simulation.threads", 4).with("simulation.arrival", "shuffled");
  const TemporaryFolder folder;
  EXPECT_EQ(run_in_process(many, {folder.path() / "run", {}, {}}).model_sha256, one);
}

TEST(Defences, MistakesAreNamedBeforeAnythingRuns) {
  const std::string norm =
      "[[model.layers]]\ntype = \"linear\"\noutputs = 8\n[[model.layers]]\ntype = \"batch_norm\"\n"
      "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n";
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [&] { experiment_from(digits("noise = \"laplace\"\nnoise_scale = 0.1", "", norm)).validate(); }),
              HasSubstr("[update]: noise would drive the statistics"));
  EXPECT_THAT(
      refusal(ErrorKind::configuration, [&] { experiment_from(digits("", "soteria_share = 0.5", norm)).validate(); }),
      HasSubstr("batch_norm1"));
  EXPECT_THAT(refusal(ErrorKind::configuration,
                      [&] {
                        experiment_from(
                            digits("", "soteria_share = 0.5", "[[model.layers]]\ntype = \"linear\"\noutputs = 10\n"))
                            .validate();
                      }),
              HasSubstr("layers before"));
}

}  // namespace
}  // namespace tacit::simulation
