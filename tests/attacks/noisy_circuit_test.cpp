// Candidates through the noise that clients were told to train with: against density matrices, finite differences, and
// the attack that takes the circuit for exact.
#include "attacks/noisy_circuit.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/finite_differences.h"
#include "attacks/random_vector.h"
#include "core/expect_error.h"
#include "models/graph.h"
#include "models/layers/circuit_noise.h"
#include "models/specification.h"

namespace tacit::attacks {
namespace {

std::string circuit(double depolarising, const std::string& keys = "qubits = 2\nobservables = \"z_mean\"",
                    const std::string& encoding = "encoding = \"angle\"\nencoding_axis = \"y\"") {
  return fmt::format("loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\nlayers = 2\n{}\n{}\n{}", keys,
                     encoding, depolarising > 0 ? fmt::format("training_depolarising = {}\n", depolarising) : "");
}

/// The gradient that a client of this noisy circuit sends: by the density matrix simulator on the circuit itself.
std::vector<double> noisy_gradient(const models::Model<double>& model, std::span<const double> theta,
                                   std::span<const double> inputs, std::span<const double> targets, std::size_t count) {
  const auto& layer = dynamic_cast<const models::Quantum<double>&>(*model.graph().nodes()[0].layer);
  const quantum_sim::DensityMatrixSimulator simulator(
      layer.circuit(), models::depolarising_everywhere(layer.training().depolarising), layer.observables());
  const std::vector<double> outputs = simulator.run(theta, inputs, count);
  std::vector<double> upstream, gradient(theta.size());
  for (std::size_t i = 0; i < outputs.size(); ++i)
    upstream.push_back(2 * (outputs[i] - targets[i]) / static_cast<double>(outputs.size()));
  simulator.gradient(theta, inputs, count, upstream, gradient, {});
  return gradient;
}

struct Case {
  std::string keys, encoding;
  std::size_t inputs, classes;
};

TEST(NoisyCircuit, PassesAreThoseOfTheNoisyCircuit) {
  for (const Case& one :
       {Case{"qubits = 2\nobservables = \"z_mean\"", "encoding = \"angle\"\nencoding_axis = \"y\"", 2, 2},
        Case{"qubits = 3\nobservables = \"z_each\"", "encoding = \"angle\"", 3, 3},
        Case{"qubits = 4\nobservables = \"z_all\"", "encoding = \"fourier_tower\"\nqubits_per_feature = 2", 2, 2},
        Case{"qubits = 2\nobservables = \"z_mean\"\nreuploads = 2", "encoding = \"zz_feature_map\"", 2, 2}}) {
    const auto model =
        models::build_model<double>(ConfigTable::parse_text(circuit(0.05, one.keys, one.encoding), "m"),
                                    {static_cast<std::int64_t>(one.inputs)}, LearningTask{one.classes, 0});
    const std::vector<double> theta = normal_vector(model.schema()->size(), 1);
    const std::size_t count = 2;
    const std::vector<double> inputs = normal_vector(count * one.inputs, 2),
                              targets = normal_vector(count * model.target_size(), 3),
                              direction = normal_vector(theta.size(), 4);
    NoisyCircuit passes(model, theta);
    std::vector<double> gradient(theta.size()), by_inputs(inputs.size()), by_targets(targets.size());
    passes.gradient({inputs, targets, count}, gradient);
    EXPECT_LT(relative_difference(gradient, noisy_gradient(model, theta, inputs, targets, count)), 1e-12);
    passes.pull_back({inputs, targets, count}, direction, by_inputs, by_targets);
    const auto along = [&](std::span<const double> x, std::span<const double> y) {
      const auto g = noisy_gradient(model, theta, x, y, count);
      double sum = 0;
      for (std::size_t i = 0; i < g.size(); ++i) sum += g[i] * direction[i];
      return sum;
    };
    EXPECT_LT(relative_difference(
                  by_inputs, numeric_gradient([&](std::span<const double> x) { return along(x, targets); }, inputs)),
              1e-8);
    EXPECT_LT(relative_difference(
                  by_targets, numeric_gradient([&](std::span<const double> y) { return along(inputs, y); }, targets)),
              1e-8);
  }
}

/// The ratio of noisy and exact outputs at two inputs: equal where a factor would do.
std::pair<double, double> shrinking(const std::string& keys) {
  const auto model =
      models::build_model<double>(ConfigTable::parse_text(circuit(0.1, keys), "m"), {2}, LearningTask{2, 0});
  const std::vector<double> theta = normal_vector(model.schema()->size(), 1);
  const auto& layer = dynamic_cast<const models::Quantum<double>&>(*model.graph().nodes()[0].layer);
  const quantum_sim::DensityMatrixSimulator noisy(layer.circuit(), models::depolarising_everywhere(0.1),
                                                  layer.observables()),
      exact(layer.circuit(), {}, layer.observables());
  const std::vector<double> a{0.3, 1.1}, b{2.2, -0.4};
  return {noisy(theta, a)[0] / exact(theta, a)[0], noisy(theta, b)[0] / exact(theta, b)[0]};
}

TEST(NoisyCircuit, AFactorWouldDoOnlyWhereNoGateJoinsQubits) {
  const auto apart = shrinking(
      "qubits = 2\nobservables = \"z_first\"\nansatz = \"pauli_rotations\"\nansatz_strings = [\"XI\", \"YI\"]");
  EXPECT_NEAR(apart.first, apart.second, 1e-12);
  // An encoding gate and two layers of two rotations on the qubit that is read.
  EXPECT_NEAR(apart.first, std::pow(0.9, 5), 1e-12);
  const auto joined = shrinking("qubits = 2\nobservables = \"z_first\"");
  EXPECT_GT(std::abs(joined.first - joined.second), 0.05);
}

/// Largest error of an angle, on the circle; the label is tried both ways.
double angle_error(const Observation& seen, std::span<const double> truth, const std::string& noise,
                   bool knows_pipeline = true) {
  ThreatModel threat_model = honest_but_curious({0, 3.2}, true);
  threat_model.knows_pipeline = knows_pipeline;
  const AttackResult result =
      run_attack(seen, threat_model, settings("method = \"gradient_matching\"\nrestarts = 4\n" + noise + R"(
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 60
[initialiser]
name = "uniform"
[labels]
name = "try_all"
limit = 4
)"));
  double worst = 0;
  for (std::size_t i = 0; i < truth.size(); ++i)
    worst = std::max(worst, std::abs(std::remainder(result.inputs[i] - truth[i], 2 * std::numbers::pi)));
  return worst;
}

/// What a client of one example with the label +1 sends, perhaps from measurements that leave an error of `deviation`.
Observation noisy_observation(RecordedRun& run, const std::vector<double>& truth, double deviation = 0) {
  const auto model = observed_model(run.description());
  const std::vector<double> theta(run.theta().begin(), run.theta().end());
  std::vector<double> gradient = noisy_gradient(model, theta, truth, std::vector<double>{1}, 1);
  const std::vector<double> errors = normal_vector(gradient.size(), 17);
  for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] += deviation * errors[i];
  run.record(1, "client-1", UpdateKind::gradient, std::vector<float>(gradient.begin(), gradient.end()), 1);
  return run.observe(1, "client-1");
}

TEST(NoisyCircuit, MatchingThroughTheNoiseFindsWhatItHidFromAnExactCircuit) {
  const std::vector<double> truth{0.7, 2.1};
  RecordedRun run(circuit(0.2), {2}, 2);
  const Observation seen = noisy_observation(run, truth);
  EXPECT_LT(angle_error(seen, truth, "circuit_noise = \"declared\""), 1e-4);
  EXPECT_GT(angle_error(seen, truth, ""), 0.02);
  expect_error([&] { angle_error(seen, truth, "circuit_noise = \"declared\"", false); }, ErrorKind::configuration,
               {"circuit_noise", "clipped, perturbed and encoded", "denies"});
}

/// Noise alone, however strong, hides nothing from somebody who computes with it: it is no secret. It hides together
/// with the shots of a device, whose error it does not shrink.
TEST(NoisyCircuit, NoiseHidesOnlyWhatShotsBlur) {
  const std::vector<double> truth{0.7, 2.1};
  RecordedRun exact(circuit(0.5), {2}, 2), measured(circuit(0.5), {2}, 2);
  EXPECT_LT(angle_error(noisy_observation(exact, truth), truth, "circuit_noise = \"declared\""), 1e-2);
  // About 10^4 shots.
  EXPECT_GT(angle_error(noisy_observation(measured, truth, 0.01), truth, "circuit_noise = \"declared\""), 0.2);
}

TEST(NoisyCircuit, RefusesWhatItDoesNotUnderstand) {
  const auto passes = [](const std::string& toml, std::int64_t inputs) {
    const auto model = models::build_model<double>(ConfigTable::parse_text(toml, "m"), {inputs}, LearningTask{2, 0});
    const std::vector<double> theta(model.schema()->size());
    const NoisyCircuit refused(model, theta);
  };
  expect_error([&] { passes(circuit(0), 2); }, ErrorKind::configuration, {"training_depolarising"});
  expect_error([&] { passes(circuit(0.1) + "[[layers]]\ntype = \"linear\"\noutputs = 1\n", 2); },
               ErrorKind::configuration, {"2 layers"});
  expect_error(
      [&] { passes(circuit(0.1, "qubits = 2\nobservables = \"z_mean\"", "encoding = \"trainable_frequencies\""), 2); },
      ErrorKind::configuration, {"multiplies both"});
  expect_error([&] { passes(circuit(0.1, "qubits = 2\nobservables = \"z_mean\"", "encoding = \"amplitude\""), 4); },
               ErrorKind::configuration, {"amplitudes"});
}

}  // namespace
}  // namespace tacit::attacks
