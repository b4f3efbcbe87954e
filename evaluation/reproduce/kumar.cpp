#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "attacks/attack.h"
#include "attacks/landscape/gradient_landscape.h"
#include "core/random.h"
#include "evaluation/circuit_trial.h"
#include "evaluation/reproduce/papers.h"
#include "evaluation/trials.h"
#include "quantum_sim/analysis/effective_dimension.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::evaluation {
namespace {

using quantum_sim::Circuit;
using std::numbers::pi;

constexpr std::uint32_t layers = 4;
constexpr double points_a_frequency = 40;

constexpr const char* landscape_note =
    "Unverified: figures from reading notes. The paper does not state its depth; here 4 layers, x in [0, 2 pi) with "
    "gamma = 1, y uniform in [-1, 1], one random parameter not in the last layer, components constant in x left out, "
    "40 grid "
    "points for each of 5^m.";
constexpr const char* success_note =
    "Unverified: from reading notes. Adam 0.01, 60 iterations, as the paper; exact gradients instead of nested "
    "parameter shifts, labels -1 and 1, known; one float32 update each over the wire.";

Circuit tower(std::uint32_t features, std::uint32_t qubits_per_feature) {
  Circuit circuit(features * qubits_per_feature);
  append_fourier_tower(circuit, features, qubits_per_feature);
  append_hardware_efficient(circuit, layers, quantum_sim::Entangler::cnot_chain);
  return circuit;
}

attacks::LandscapeCount draw(std::uint32_t features, std::uint32_t m, std::uint64_t seed) {
  const Circuit circuit = tower(features, m);
  const quantum_sim::Observable observable =
      quantum_sim::Observable::pauli_z_string((std::uint64_t{1} << circuit.qubits()) - 1);
  RandomStream random({seed, Purpose::data_split, 4, m});
  std::vector<double> theta(circuit.parameters()), truth(features);
  for (double& value : theta) value = random.uniform(0, 2 * pi);
  for (double& value : truth) value = random.uniform(0, 2 * pi);
  const double target = random.uniform(-1, 1);
  const auto points = static_cast<std::size_t>(points_a_frequency * std::pow(5, m));
  const std::size_t before_last = theta.size() - 2 * circuit.qubits();
  while (true) {
    const std::size_t parameter = random.below(before_last);
    // A few points say whether the component is constant.
    if (!attacks::is_alive(attacks::gradient_grid(circuit, observable, theta, parameter, target, truth, 16))) continue;
    return attacks::count_landscape(
        attacks::gradient_grid(circuit, observable, theta, parameter, target, truth, points));
  }
}

struct Means {
  double minima = 0, spurious = 0, spacing = 0, low = 0, high = 0;
};

Means landscapes(std::uint32_t features, std::uint32_t m, std::size_t draws, const ReproductionControl& control,
                 double from, double to) {
  std::vector<attacks::LandscapeCount> counts(draws);
  run_trials(
      draws, control, [&](std::size_t i) { counts[i] = draw(features, m, control.seed * 1'000'003 + i); }, from, to);
  Means means;
  double squares = 0, spurious = 0;
  for (const auto& count : counts) {
    means.minima += static_cast<double>(count.minima) / static_cast<double>(draws);
    means.spacing += count.spacing / static_cast<double>(draws);
    spurious += static_cast<double>(count.spurious) / static_cast<double>(draws);
  }
  for (const auto& count : counts) squares += std::pow(static_cast<double>(count.minima) - means.minima, 2);
  means.spurious = spurious / means.minima;
  const double error = std::sqrt(squares / static_cast<double>(draws * std::max<std::size_t>(draws - 1, 1)));
  means.low = means.minima - 1.96 * error;
  means.high = means.minima + 1.96 * error;
  return means;
}

void landscape_rows(const ReproductionControl& control, double to, std::vector<ReproducedRow>& rows) {
  const auto most = control.pick<std::uint32_t>(2, 5, 6);
  std::vector<double> m_values, minima, spacings;
  for (std::uint32_t m = 1; m <= most; ++m) {
    const double share = to / most;
    const std::size_t draws = 10;
    const Means means = landscapes(1, m, draws, control, share * (m - 1), share * m);
    const std::string setting = fmt::format("n = 1, m = {}, {} draws", m, draws);
    rows.push_back({"Fig. 6", setting, "minima of L_j", 0.622 * std::exp(1.484 * m), means.minima, means.low,
                    means.high, landscape_note});
    rows.push_back(
        {"Fig. 6", setting, "of them spurious (L > 0), %", {}, 100 * means.spurious, {}, {}, landscape_note});
    rows.push_back({"Fig. 10",
                    setting,
                    "distance to the nearest maximum",
                    3.34 * std::exp(-1.49 * m),
                    means.spacing,
                    {},
                    {},
                    landscape_note});
    m_values.push_back(m);
    minima.push_back(means.minima);
    spacings.push_back(means.spacing);
  }
  const auto count_fit = attacks::fit_exponential(m_values, minima);
  const auto spacing_fit = attacks::fit_exponential(m_values, spacings);
  const std::string setting = fmt::format("n = 1, m = 1..{}", most);
  rows.push_back({"Fig. 6", setting, "factor of N_c = a exp(b m)", 0.622, count_fit.factor, {}, {}, landscape_note});
  rows.push_back({"Fig. 6", setting, "rate of N_c", 1.484, count_fit.rate, {}, {}, landscape_note});
  rows.push_back({"Fig. 10", setting, "factor of r = a exp(b m)", 3.34, spacing_fit.factor, {}, {}, landscape_note});
  rows.push_back({"Fig. 10", setting, "rate of r", -1.49, spacing_fit.rate, {}, {}, landscape_note});
}

void two_feature_rows(const ReproductionControl& control, double from, double to, std::vector<ReproducedRow>& rows) {
  const auto most = control.pick<std::uint32_t>(1, 1, 2);
  for (std::uint32_t m = 1; m <= most; ++m) {
    const Means means = landscapes(2, m, 5, control, from, to);
    rows.push_back(
        {"Fig. 8",
         fmt::format("n = 2, m = {}, 5 draws", m),
         "minima of L_j on the grid",
         {},
         means.minima,
         means.low,
         means.high,
         "With two inputs the solutions of one equation are curves, so the count follows the grid; the paper "
         "shows pictures only."});
  }
}

constexpr const char* attack_toml = R"(
method = "gradient_matching"
restarts = 10
[objective]
name = "euclidean"
[solver]
name = "adam"
iterations = 60
learning_rate = 0.01
[initialiser]
name = "uniform"
[labels]
name = "known"
)";

/// Final errors of every start of every experiment.
std::vector<double> final_errors(std::uint32_t m, std::size_t experiments, const ReproductionControl& control,
                                 double from, double to) {
  const CircuitTrials trials(
      {fmt::format("qubits = {}\nencoding = \"fourier_tower\"\nqubits_per_feature = {}\nlayers = {}\nobservables = "
                   "\"z_all\"\n",
                   m, m, layers),
       1,
       {0, 2 * pi}});
  const auto attack =
      attacks::AttackSettings::from_config(ConfigTable::parse_text(attack_toml, "the paper's settings"), "kumar");
  std::vector<double> errors(experiments * 10);
  run_trials(
      experiments, control,
      [&](std::size_t i) {
        const std::uint64_t seed = control.seed * 1'000'003 + i;
        const CircuitTrial trial = trials.random(seed);
        const attacks::KnownLabels labels{trial.truth.labels};
        attacks::AttackControl attack_control;
        attack_control.seed = seed;
        const auto result = attacks::run_attack(trial.seen, trials.threat_model(true), attack, &labels, attack_control);
        for (std::size_t r = 0; r < result.rows.size(); ++r)
          errors[i * 10 + r] = std::abs(std::remainder(result.rows[r].inputs[0] - trial.truth.inputs[0], 2 * pi));
      },
      from, to);
  return errors;
}

void success_rows(const ReproductionControl& control, double from, std::vector<ReproducedRow>& rows) {
  const auto experiments = control.pick<std::size_t>(2, 50, 100);
  for (std::uint32_t m = 1; m <= 3; ++m) {
    const double step = (0.98 - from) / 3;
    std::vector<double> errors = final_errors(m, experiments, control, from + step * (m - 1), from + step * m);
    std::sort(errors.begin(), errors.end());
    std::vector<double> tolerance, success;
    for (int i = 0; i <= 20; ++i) {
      tolerance.push_back(pi * i / 20);
      const auto below = std::upper_bound(errors.begin(), errors.end(), tolerance.back()) - errors.begin();
      success.push_back(static_cast<double>(below) / static_cast<double>(errors.size()));
    }
    const std::string setting = fmt::format("n = 1, m = {}, {} experiments of 10 starts", m, experiments);
    const std::optional<double> published = m == 3 ? std::optional<double>(0.993) : std::nullopt;
    rows.push_back({"Fig. 5",
                    setting,
                    "R^2 of success against tolerance",
                    published,
                    attacks::r_squared_of_line(tolerance, success),
                    {},
                    {},
                    success_note});
    rows.push_back({"Fig. 5",
                    setting,
                    "success at a tolerance of 0.05 rad, %",
                    {},
                    100.0 * static_cast<double>(std::upper_bound(errors.begin(), errors.end(), 0.05) - errors.begin()) /
                        static_cast<double>(errors.size()),
                    {},
                    {},
                    success_note});
    rows.push_back({"Fig. 4",
                    setting,
                    "mean final error, rad",
                    m == 3 ? std::optional<double>(pi / 2) : std::nullopt,
                    [&] {
                      double sum = 0;
                      for (const double error : errors) sum += error;
                      return sum / static_cast<double>(errors.size());
                    }(),
                    {},
                    {},
                    "pi / 2 is the mean of a uniform error, which the paper sees at m = 3."});
  }
}

/// Three meanings of over-parameterised, side by side.
void parameter_rows(std::vector<ReproducedRow>& rows) {
  for (std::uint32_t m = 1; m <= 3; ++m) {
    const Circuit circuit = tower(1, m);
    const auto dimension = quantum_sim::analysis::parameter_dimension(circuit, {.samples = 3, .inputs = {0.7}});
    rows.push_back(
        {"Eq. 73",
         fmt::format("n = 1, m = {}, 4 layers, {} parameters", m, circuit.parameters()),
         "rank of the quantum Fisher information",
         {},
         static_cast<double>(dimension.largest_rank),
         {},
         {},
         fmt::format("Over-parameterised at rank 2^(m+1) - 2; the paper asks for 4^m parameters (our reading "
                     "of its Eq. 73).")});
  }
}

}  // namespace

std::vector<ReproducedRow> reproduce_kumar(const ReproductionControl& control) {
  std::vector<ReproducedRow> rows;
  landscape_rows(control, 0.6, rows);
  two_feature_rows(control, 0.6, 0.7, rows);
  success_rows(control, 0.7, rows);
  parameter_rows(rows);
  return rows;
}

}  // namespace tacit::evaluation
