#include <fmt/format.h>

#include <array>
#include <numbers>
#include <optional>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "evaluation/circuit_trial.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

using attacks::Outcome;
using std::numbers::pi;

// One gradient, its label known; exact second-order gradients, L-BFGS, 10 starts, the lowest loss wins.
constexpr const char* attack_toml = R"(
method = "gradient_matching"
restarts = 10
[objective]
name = "euclidean"
[solver]
name = "lbfgs"
iterations = 500
history = 10
gradient_tolerance = 1e-12
progress_tolerance = 1e-15
[initialiser]
name = "uniform"
[labels]
name = "known"
)";

constexpr const char* note =
    "Its circuit, loss (f - 1)^2, theta in [0, 2 pi), x in [0, pi)^N, recovered within 0.05 rad, close within 0.2; our "
    "L-BFGS has no bounds, updates travel in float32, seeds differ.";
constexpr const char* shots_note =
    "Every expectation value of the shift rule, and the output, from that many shots; its own shot model is not "
    "stated.";

struct Depth {
  std::size_t repetitions, layers;
  std::size_t recovered_4, recovered_8;  ///< of 20, published for N = 4 and 8
};
constexpr std::array depths{Depth{1, 1, 4, 0},  Depth{1, 2, 20, 20}, Depth{1, 4, 20, 20}, Depth{1, 8, 20, 20},
                            Depth{2, 1, 17, 7}, Depth{2, 2, 20, 17}, Depth{2, 4, 19, 18}, Depth{4, 1, 16, 8},
                            Depth{4, 2, 19, 8}, Depth{8, 1, 12, 2}};

CircuitTrials trials_of(std::size_t qubits, std::size_t repetitions, std::size_t layers) {
  return CircuitTrials(
      {fmt::format("qubits = {}\nencoding = \"angle\"\nencoding_axis = \"y\"\nlayers = {}\nreuploads = "
                   "{}\nobservables = \"z_mean\"\n",
                   qubits, layers, repetitions),
       qubits,
       {0, pi}});
}

CircuitTrial labelled_one(const CircuitTrials& trials, std::uint64_t seed) {
  const CircuitTrial random = trials.random(seed);
  return trials.of(seed, {random.truth.inputs.begin(), random.truth.inputs.end()}, {1});
}

struct Ended {
  Outcome outcome;
  double error;
};

Ended attacked(const CircuitTrials& trials, const CircuitTrial& trial, std::uint64_t seed) {
  static const auto attack =
      attacks::AttackSettings::from_config(ConfigTable::parse_text(attack_toml, "the study's settings"), "qflp");
  const attacks::KnownLabels labels{trial.truth.labels};
  attacks::AttackControl control;
  control.seed = seed;
  const auto result = attacks::run_attack(trial.seen, trials.threat_model(true), attack, &labels, control);
  double zero = 0;
  for (const float g : trial.seen.update()) zero += static_cast<double>(g) * static_cast<double>(g);
  const double error = largest_error(result, trial, trials.features());
  return {attacks::outcome_of(error, result.score, zero), error};
}

void outcome_rows(std::size_t qubits, const Depth& depth, std::size_t count, const ReproductionControl& control,
                  double from, double to, std::vector<ReproducedRow>& rows) {
  const CircuitTrials trials = trials_of(qubits, depth.repetitions, depth.layers);
  std::vector<Ended> ended(count);
  run_trials(
      count, control,
      [&](std::size_t i) {
        const std::uint64_t seed = control.seed * 1'000'003 + i;
        ended[i] = attacked(trials, labelled_one(trials, seed), seed);
      },
      from, to);
  const std::string setting = fmt::format("N = {}, {} x {}", qubits, depth.repetitions, depth.layers);
  for (const Outcome outcome : {Outcome::recovered, Outcome::close, Outcome::ambiguous, Outcome::stuck}) {
    std::size_t times = 0;
    for (const Ended& one : ended) times += one.outcome == outcome ? 1u : 0u;
    std::optional<double> published;
    if (outcome == Outcome::recovered)
      published = 5.0 * static_cast<double>(qubits == 4 ? depth.recovered_4 : depth.recovered_8);
    // The study names the other outcome where it explains all failures.
    if (outcome == Outcome::ambiguous && depth.repetitions * depth.layers == 1) published = qubits == 4 ? 80 : 100;
    if (times == 0 && !published) continue;
    const attacks::Interval interval = attacks::wilson_interval(times, count);
    rows.push_back({"outcomes", setting, fmt::format("{} of {}, %", attacks::to_string(outcome), count), published,
                    100.0 * static_cast<double>(times) / static_cast<double>(count), 100 * interval.low,
                    100 * interval.high, note});
  }
}

void shot_rows(std::size_t qubits, std::size_t count, const std::vector<std::size_t>& shots,
               const std::vector<double>& published, const ReproductionControl& control, double from, double to,
               std::vector<ReproducedRow>& rows) {
  const CircuitTrials trials = trials_of(qubits, 1, 4);
  std::vector<double> errors(count * shots.size());
  run_trials(
      errors.size(), control,
      [&](std::size_t i) {
        const std::uint64_t seed = control.seed * 1'000'003 + i / shots.size();
        const CircuitTrial measured = trials.with_shots(labelled_one(trials, seed), shots[i % shots.size()], seed);
        errors[i] = attacked(trials, measured, seed).error;
      },
      from, to);
  for (std::size_t s = 0; s < shots.size(); ++s) {
    std::vector<double> these;
    for (std::size_t i = s; i < errors.size(); i += shots.size()) these.push_back(errors[i]);
    rows.push_back({"shots",
                    fmt::format("N = {}, 1 x 4, {} shots, {} trials", qubits, shots[s], count),
                    "largest error, rad, median",
                    published[s],
                    median(these),
                    {},
                    {},
                    shots_note});
  }
}

}  // namespace

std::vector<ReproducedRow> reproduce_qflp(const ReproductionControl& control) {
  std::vector<ReproducedRow> rows;
  std::vector<std::size_t> shots{100, 1'000, 10'000};
  if (control.tiny) shots.resize(1);
  if (control.pick(false, false, true)) shots.insert(shots.end(), {100'000, 1'000'000});
  const auto count = control.pick<std::size_t>(1, 20, 20);
  for (std::size_t i = 0; i < control.pick(std::size_t{2}, depths.size(), depths.size()); ++i)
    outcome_rows(4, depths[i], count, control, 0.03 * static_cast<double>(i), 0.03 * static_cast<double>(i + 1), rows);
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const double from = 0.3 + 0.05 * static_cast<double>(i);
    if (control.pick(i != 0, i != 1 && i != 9, false)) continue;
    outcome_rows(8, depths[i], control.pick(count, std::size_t{5}, count), control, from, from + 0.05, rows);
  }
  shot_rows(4, control.pick(count, std::size_t{10}, count), shots, {.192, .056, .018, .005, .002}, control, 0.8, 0.9,
            rows);
  if (!control.tiny)
    shot_rows(8, control.pick(count, std::size_t{4}, count), shots, {1.007, .253, .078, .016, .007}, control, 0.9, 0.99,
              rows);
  return rows;
}

}  // namespace tacit::evaluation
