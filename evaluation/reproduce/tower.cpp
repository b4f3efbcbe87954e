#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "attacks/attack.h"
#include "attacks/metrics/wilson.h"
#include "evaluation/circuit_trial.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"

namespace tacit::evaluation {
namespace {

using std::numbers::pi;

constexpr double recovered_within = 0.05;  // rad
constexpr const char* note =
    "Our own table; nothing is published to compare with. Theta in [0, 2 pi), x in [0, 2 pi)^n, labels known, Z on "
    "every qubit; recovered: every input within 0.05 rad. The same seeds in every row of a circuit.";
constexpr const char* control_note =
    "Control: a guess uniform in [0, 2 pi) is within 0.05 rad in (0.05 / pi)^n of cases.";

std::string matching(const std::string& solver, std::size_t restarts) {
  return fmt::format(
      "method = \"gradient_matching\"\nrestarts = {}\n[objective]\nname = "
      "\"euclidean\"\n[solver]\n{}[initialiser]\nname "
      "= \"uniform\"\n[labels]\nname = \"known\"\n",
      restarts, solver);
}

struct Attack {
  const char* name;
  attacks::AttackSettings settings;
};

std::vector<Attack> all_attacks() {
  const auto of = [](const std::string& toml, const char* name) {
    return Attack{name, attacks::AttackSettings::from_config(ConfigTable::parse_text(toml, "settings"), name)};
  };
  return {of(matching("name = \"low_pass\"\niterations = 250\nkalman = true\n", 10), "low-pass with Kalman, 10 starts"),
          of(matching("name = \"lbfgs\"\niterations = 500\nhistory = 10\nprogress_tolerance = 1e-12\n", 40),
             "L-BFGS, 40 starts"),
          of("method = \"snapshot\"\n", "snapshot")};
}

struct Case {
  std::size_t features, m, layers;
};

/// Enough parameters for the 3^(n m) - 1 strings that inputs move, and half as many again.
std::size_t determined_layers(std::size_t features, std::size_t m) {
  const double strings = std::pow(3, static_cast<double>(features * m)) - 1;
  return static_cast<std::size_t>(std::ceil(1.5 * strings / (2.0 * static_cast<double>(features * m)))) + 1;
}

enum class Condition { exact, shots, batch, noise };
constexpr std::array conditions{Condition::exact, Condition::shots, Condition::batch, Condition::noise};

const char* name_of(Condition condition) {
  switch (condition) {
    case Condition::exact:
      return "exact";
    case Condition::shots:
      return "1000 shots";
    case Condition::batch:
      return "batch 2";
    case Condition::noise:
      return "noise 0.05";
  }
  return "";
}

CircuitTrial trial_under(const CircuitTrials& trials, Condition condition, std::uint64_t seed) {
  if (condition == Condition::batch) return trials.random(seed, 2);
  const CircuitTrial exact = trials.random(seed);
  if (condition == Condition::shots) return trials.with_shots(exact, 1000, seed);
  if (condition == Condition::noise) return CircuitTrials::with_noise(exact, 0.05, seed);
  return exact;
}

void case_rows(const Case& one, std::size_t count, const ReproductionControl& control, double from, double to,
               std::vector<ReproducedRow>& rows) {
  const CircuitTrials trials(
      {fmt::format("qubits = {}\nencoding = \"fourier_tower\"\nqubits_per_feature = {}\nlayers = {}\nobservables = "
                   "\"z_all\"\n",
                   one.features * one.m, one.m, one.layers),
       one.features,
       {0, 2 * pi}});
  const std::vector<Attack> all = all_attacks();
  std::vector<double> errors(conditions.size() * all.size() * count), seconds(errors.size());
  run_trials(
      errors.size(), control,
      [&](std::size_t i) {
        const std::size_t cell = i / count;
        const std::uint64_t seed = control.seed * 1'000'003 + i % count;
        const CircuitTrial trial = trial_under(trials, conditions[cell / all.size()], seed);
        const attacks::KnownLabels labels{trial.truth.labels};
        attacks::AttackControl attack_control;
        attack_control.seed = seed;
        const auto result = attacks::run_attack(trial.seen, trials.threat_model(true), all[cell % all.size()].settings,
                                                &labels, attack_control);
        errors[i] = largest_error(result, trial, trials.features());
        seconds[i] = result.seconds;
      },
      from, to);
  const std::size_t parameters = trials.exchange().schema()->size();
  for (std::size_t cell = 0; cell < errors.size() / count; ++cell) {
    std::size_t right = 0;
    std::vector<double> times;
    for (std::size_t i = cell * count; i < (cell + 1) * count; ++i) {
      right += errors[i] <= recovered_within ? 1u : 0u;
      times.push_back(1000 * seconds[i]);
    }
    const attacks::Interval interval = attacks::wilson_interval(right, count);
    rows.push_back({fmt::format("n = {}, m = {}, D = {}", one.features, one.m, parameters),
                    name_of(conditions[cell / all.size()]),
                    fmt::format("{}: recovered of {}, %", all[cell % all.size()].name, count),
                    {},
                    100.0 * static_cast<double>(right) / static_cast<double>(count),
                    100 * interval.low,
                    100 * interval.high,
                    note});
    rows.push_back({rows.back().table,
                    rows.back().setting,
                    fmt::format("{}: ms, median", all[cell % all.size()].name),
                    {},
                    median(times),
                    {},
                    {},
                    note});
  }
}

}  // namespace

std::vector<ReproducedRow> reproduce_tower(const ReproductionControl& control) {
  std::vector<Case> cases{{1, 2, 2}, {1, 3, 2}, {1, 3, determined_layers(1, 3)}, {2, 2, 2}};
  if (control.tiny) cases.resize(1);
  if (control.pick(false, false, true))
    cases.insert(cases.end(), {{1, 4, 2}, {1, 4, determined_layers(1, 4)}, {2, 2, determined_layers(2, 2)}, {2, 3, 4}});
  std::vector<ReproducedRow> rows;
  const double step = 1.0 / static_cast<double>(cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i)
    case_rows(cases[i], control.pick<std::size_t>(2, 6, 20), control, step * static_cast<double>(i),
              step * static_cast<double>(i + 1), rows);
  for (const double n : {1.0, 2.0})
    rows.push_back({fmt::format("n = {}", n),
                    "guess",
                    "within 0.05 rad, %",
                    {},
                    100 * std::pow(recovered_within / pi, n),
                    {},
                    {},
                    control_note});
  return rows;
}

}  // namespace tacit::evaluation
