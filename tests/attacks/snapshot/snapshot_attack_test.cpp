#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/attack_case.h"
#include "attacks/score.h"
#include "attacks/snapshot/split_circuit.h"
#include "core/expect_error.h"
#include "quantum_sim/analysis/lie/g_sim.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

std::string layer(const std::string& keys) {
  return "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\n" + keys;
}

const std::string ising = layer(
    "qubits = 4\nencoding = \"angle\"\nencoding_axis = \"y\"\nansatz = \"transverse_field_ising\"\n"
    "sharing = \"per_term\"\nlayers = 6\nobservables = \"ising_energy\"\n");

struct Trial {
  Score score;
  AttackResult result;
};

Trial attacked(const std::string& model, std::size_t features, const Bounds& bounds, std::uint64_t seed,
               std::size_t examples = 1, double noise = 0, const std::string& extra = "") {
  RecordedRun run(model, {static_cast<std::int64_t>(features)}, 2, fedsgd_toml, seed);
  run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 50 + seed));
  const auto inputs = random_inputs(features * examples, bounds.low, bounds.high, seed);
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < examples; ++i) labels.push_back(static_cast<std::int32_t>((seed + i) % 2));
  Observation seen = run.observe_gradient(inputs, labels);
  if (noise > 0) {
    RandomStream random({seed, Purpose::test, 6, 0});
    std::vector<float> update = seen.update();
    for (float& value : update) value += static_cast<float>(noise * random.normal());
    seen = seen.with_update(update);
  }
  AttackSettings attack =
      extra.empty() ? AttackSettings::from_catalog("snapshot") : settings("method = \"snapshot\"\n" + extra);
  AttackResult result = run_attack(seen, honest_but_curious(bounds, true), attack);
  Score scored = score(result, {wide(inputs), labels}, {{static_cast<std::int64_t>(features)}, bounds, true});
  return {std::move(scored), std::move(result)};
}

TEST(SnapshotAttack, ReadsInputsOffTheIsingChain) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Trial trial = attacked(ising, 4, {-pi / 2, pi / 2}, seed);
    EXPECT_LT(trial.score.examples[0].largest_error, 1e-3) << seed << " residual " << trial.result.score;
    EXPECT_EQ(trial.score.label_accuracy, 1) << seed;
    EXPECT_LT(trial.result.score, 1e-5);
    EXPECT_NE(trial.result.notes[0].find("a snapshot of 28 strings"), std::string::npos) << trial.result.notes[0];
    EXPECT_NE(trial.result.notes[0].find("weak breach"), std::string::npos) << trial.result.notes[0];
  }
}

std::string with_loss(std::string model, const std::string& loss) {
  return model.replace(model.find("mean_squared_error"), std::string("mean_squared_error").size(), loss);
}

TEST(SnapshotAttack, ReadsInputsBehindCrossEntropies) {
  const std::string two_outputs = layer(
      "qubits = 4\nencoding = \"angle\"\nencoding_axis = \"y\"\nansatz = \"transverse_field_ising\"\n"
      "sharing = \"per_term\"\nlayers = 6\nobservables = \"pauli_sums\"\n"
      "pauli_sums = [\"X0 + 0.5 Z0 Z1\", \"X2 + Z2 Z3\"]\n");
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    for (const auto& [model, features] : {std::pair(with_loss(ising, "binary_cross_entropy"), std::size_t{4}),
                                          std::pair(with_loss(two_outputs, "softmax_cross_entropy"), std::size_t{4})}) {
      const Trial trial = attacked(model, features, {-pi / 2, pi / 2}, seed);
      EXPECT_LT(trial.score.examples[0].largest_error, 2e-3) << seed << " residual " << trial.result.score;
      EXPECT_EQ(trial.score.label_accuracy, 1) << seed;
      EXPECT_LT(trial.result.score, 1e-5);
    }
  }
}

TEST(SnapshotAttack, BreaksAFourierTower) {
  const std::string tower =
      layer("qubits = 3\nencoding = \"fourier_tower\"\nqubits_per_feature = 3\nlayers = 7\nobservables = \"z_all\"\n");
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Trial trial = attacked(tower, 1, {0, 2 * pi}, seed);
    EXPECT_LT(trial.score.examples[0].largest_error, 1e-4) << seed << " residual " << trial.result.score;
  }
}

TEST(SnapshotAttack, SearchesATowerOfOneFeatureWithFewParameters) {
  // Two layers: 12 parameters against 26 unknowns. The snapshot stays unknown, but one feature is a short search.
  const std::string tower =
      layer("qubits = 3\nencoding = \"fourier_tower\"\nqubits_per_feature = 3\nlayers = 2\nobservables = \"z_all\"\n");
  std::size_t recovered = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Trial trial = attacked(tower, 1, {0, 2 * pi}, seed);
    EXPECT_NE(trial.result.notes[0].find("in part only"), std::string::npos) << trial.result.notes[0];
    recovered += trial.score.examples[0].largest_error < 0.05 ? 1u : 0u;
  }
  EXPECT_GE(recovered, 9u);
}

TEST(SnapshotAttack, SearchesWhereTheEncodingEntangles) {
  const std::string entangled = layer(
      "qubits = 3\nencoding = \"zz_feature_map\"\nencoding_repetitions = 1\nlayers = 12\nobservables = \"z_all\"\n");
  std::size_t recovered = 0;
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    recovered += attacked(entangled, 3, {0, pi / 2}, seed).score.examples[0].largest_error < 0.05 ? 1u : 0u;
  EXPECT_GE(recovered, 4u);
}

TEST(SnapshotAttack, TakesABatchOfTwoApart) {
  std::size_t recovered = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    const Trial trial = attacked(ising, 4, {-pi / 2, pi / 2}, seed, 2);
    recovered += trial.score.examples[0].largest_error < 0.05 && trial.score.examples[1].largest_error < 0.05 ? 1u : 0u;
  }
  EXPECT_EQ(recovered, 3u);
}

TEST(SnapshotAttack, ErrsWithTheNoise) {
  double small = 0, large = 0;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    small += attacked(ising, 4, {-pi / 2, pi / 2}, seed, 1, 1e-4).score.mean_mse;
    large += attacked(ising, 4, {-pi / 2, pi / 2}, seed, 1, 1).score.mean_mse;
  }
  EXPECT_LT(std::sqrt(small / 6), 1e-2);
  EXPECT_GT(std::sqrt(large / 6), 0.3);  // noise as large as the gradient hides the inputs
}

TEST(SnapshotAttack, AnInputThatNoStringShowsStaysUnknown) {
  // R_Z on |0> leaves no trace.
  const std::string blind =
      layer("qubits = 2\nencoding = \"angle\"\nencoding_axis = \"z\"\nlayers = 2\nobservables = \"z_all\"\n");
  // The snapshot is constant, so nothing can be told apart: every input fits.
  const Trial trial = attacked(blind, 2, {0, 2 * pi}, 1);
  EXPECT_GT(trial.score.examples[0].largest_error, 0.05);
}

/// The gradient of an Ising chain's squared error without a state vector: by g-sim, from Bloch vectors.
std::vector<float> chain_gradient(const RecordedRun& run, const std::vector<float>& x, double target) {
  const auto model = observed_model(run.description());
  const models::Quantum<double>& circuit = snapshot_layer(model);
  const SplitCircuit split = split_at_encoding(circuit.circuit());
  quantum_sim::LieSimulator simulator(split.ansatz, circuit.observables());
  std::vector<quantum_sim::BlochVector> bloch;
  for (const float angle : x) bloch.push_back({std::sin(double{angle}), 0, std::cos(double{angle})});
  std::vector<double> snapshot(simulator.dimension()), output(1), gradient(run.theta().size());
  simulator.product_snapshot(bloch, snapshot);
  const std::vector<double> theta(run.theta().begin(), run.theta().end());
  simulator.forward(theta, {}, snapshot, 1, output);
  const double factor[] = {2 * (output[0] - target)};
  simulator.backward(theta, {}, snapshot, 1, factor, {}, {gradient, {}, {}});
  return {gradient.begin(), gradient.end()};
}

TEST(SnapshotAttack, NeedsNoStateOfALongChain) {
  for (const std::size_t qubits : {std::size_t{6}, std::size_t{10}, std::size_t{16}, std::size_t{24}}) {
    const std::string chain = layer("qubits = " + std::to_string(qubits) +
                                    "\nencoding = \"angle\"\nencoding_axis = \"y\"\nansatz = "
                                    "\"transverse_field_ising\"\nsharing = \"per_term\"\nlayers = " +
                                    std::to_string(qubits) + "\nobservables = \"ising_energy\"\n");
    RecordedRun run(chain, {static_cast<std::int64_t>(qubits)}, 2, fedsgd_toml, 3);
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 5));
    const auto x = random_inputs(qubits, -pi / 2, pi / 2, 7);
    const std::vector<float> gradient = chain_gradient(run, x, 1);
    if (qubits <= 10) {
      const std::vector<float> by_state = run.gradient(x, std::vector<std::int32_t>{1});
      double largest = 0;
      for (const float value : by_state) largest = std::max(largest, std::abs(double{value}));
      for (std::size_t p = 0; p < gradient.size(); ++p) ASSERT_NEAR(gradient[p], by_state[p], 1e-5 * largest) << p;
    }
    run.record(1, "client", UpdateKind::gradient, gradient, 1);
    const Bounds bounds{-pi / 2, pi / 2};
    const AttackResult result = run_attack(run.observe(1, "client"), honest_but_curious(bounds, true),
                                           AttackSettings::from_catalog("snapshot"));
    const Features features{{static_cast<std::int64_t>(qubits)}, bounds, true};
    EXPECT_LT(score(result, GroundTruth{wide(x), {1}}, features).examples[0].largest_error, 1e-3) << qubits;
  }
}

/// Rounds of one client, whose batch is the same example or another one each.
AttackResult over_rounds(std::size_t count, bool same, const std::vector<float>& x, std::uint64_t seed) {
  // Two layers: 22 parameters, of which a round says too little about 21 unknowns and its factor.
  const std::string few = layer(
      "qubits = 6\nencoding = \"angle\"\nencoding_axis = \"y\"\nansatz = \"transverse_field_ising\"\n"
      "sharing = \"per_term\"\nlayers = 2\nobservables = \"ising_energy\"\n");
  RecordedRun run(few, {6}, 2, fedsgd_toml, seed);
  std::vector<Observation> rounds;
  for (std::size_t r = 1; r <= count; ++r) {
    run.set_theta(random_inputs(run.theta().size(), 0, 2 * pi, 100 * seed + r));
    const auto inputs = same ? x : random_inputs(6, -pi / 2, pi / 2, 1000 * seed + r);
    const auto round = static_cast<std::uint32_t>(r);
    run.record(round, "client", UpdateKind::gradient, run.gradient(inputs, std::vector<std::int32_t>{1}), 1);
    rounds.push_back(run.observe(round, "client"));
  }
  ThreatModel patient = honest_but_curious({-pi / 2, pi / 2}, true);
  patient.observes = View::many_rounds;
  return run_attack_on_rounds(rounds, patient, settings("method = \"snapshot\"\nrestarts = 3\niterations = 20\n"));
}

TEST(SnapshotAttack, SolvesSeveralRoundsTogether) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto x = random_inputs(6, -pi / 2, pi / 2, seed);
    const AttackResult result = over_rounds(4, true, x, seed);
    EXPECT_NE(result.notes[0].find("4 rounds: 88 gradient components together, 21 unknowns"), std::string::npos)
        << result.notes[0];
    EXPECT_EQ(result.rows[result.chosen].stopped, "rounds");
    EXPECT_EQ(result.labels, std::vector<std::int32_t>{1});
    const Score found = score(result, GroundTruth{wide(x), {1}}, Features{Shape{6}, Bounds{-pi / 2, pi / 2}, true});
    EXPECT_LT(found.examples[0].largest_error, 1e-3) << seed;
  }
}

TEST(SnapshotAttack, SaysWhyRoundsAreNotSolvedTogether) {
  const AttackResult result = over_rounds(4, false, {}, 2);
  EXPECT_NE(result.notes.back().find("contradict one another"), std::string::npos) << result.notes.back();
}

TEST(SnapshotAttack, RefusesWhatItCannotRead) {
  const std::vector<std::int32_t> label{1};
  const auto refused = [&](const std::string& model, Shape shape, std::size_t classes,
                           const std::vector<std::string>& words) {
    std::size_t size = 1;
    for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
    RecordedRun run(model, shape, classes);
    const Observation seen = run.observe_gradient(random_inputs(size, 0, 1, 1), label);
    expect_error([&] { run_attack(seen, honest_but_curious(), AttackSettings::from_catalog("snapshot")); },
                 ErrorKind::configuration, words);
  };
  refused(std::string(tanh_mlp_toml), {1, 8, 8}, 10, {"one quantum layer", "'linear'"});
  refused(layer("qubits = 2\nencoding = \"angle\"\nlayers = 1\nreuploads = 2\nobservables = \"z_mean\"\n"), {2}, 2,
          {"before the first parameter"});
  refused(layer("qubits = 2\nencoding = \"angle\"\nlayers = 1\nobservables = \"z_each\"\n"), {2}, 2, {"one output"});
  refused(with_loss(layer("qubits = 3\nencoding = \"angle\"\nlayers = 1\nobservables = \"z_each\"\n"),
                    "softmax_cross_entropy"),
          {3}, 3, {"this model has 3"});
  refused("label_smoothing = 0.1\n" + with_loss(ising, "binary_cross_entropy"), {4}, 2, {"label_smoothing"});
  RecordedRun run(ising, {4}, 2);
  const Observation seen = run.observe_gradient(random_inputs(4, 0, 1, 1), label);
  const AttackSettings attack = AttackSettings::from_catalog("snapshot");
  expect_error(
      [&] { run_attack(seen.with_update(std::vector<float>(seen.update().size())), honest_but_curious(), attack); },
      ErrorKind::data, {"zero"});
  expect_error(
      [&] {
        run_attack(seen.with_update(std::vector<float>(seen.update().size(), NAN)), honest_but_curious(), attack);
      },
      ErrorKind::data, {"nan"});
  expect_error([&] { run_attack(seen, honest_but_curious(), settings("method = \"snapshot\"\nmax_dimension = 10\n")); },
               ErrorKind::resource, {"10"});
}

}  // namespace
}  // namespace tacit::attacks
