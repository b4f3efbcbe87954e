#include "evaluation/circuit_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "core/random.h"
#include "models/graph.h"
#include "models/layers/quantum.h"
#include "quantum_sim/gradients/parameters_as_inputs.h"
#include "quantum_sim/measurement/finite_shots.h"

namespace tacit::evaluation {
namespace {

constexpr const char* training_toml = "algorithm = \"fedsgd\"\nbatch_size = 64\nlearning_rate = 1.0\n";

Shape shape_of(std::size_t features) {
  return {static_cast<std::int64_t>(features)};
}

std::string model_toml(const CircuitCase& settings) {
  return "loss = \"mean_squared_error\"\n[[layers]]\ntype = \"quantum\"\n" + settings.layer_toml;
}

RandomStream stream(std::uint64_t seed, std::uint32_t use) {
  return RandomStream({seed, Purpose::data_split, 1, use});
}

/// The two-term shift rule needs each parameter in one rotation by just its value.
void require_two_term_rule(const quantum_sim::Circuit& circuit) {
  std::vector<int> seen(circuit.parameters());
  for (const auto& gate : circuit.gates())
    for (const auto& angle : gate.angles)
      for (const auto& factor : angle.factors())
        if (factor.source == quantum_sim::Angle::Source::parameter &&
            (++seen[factor.index] > 1 || std::abs(angle.scale) != 1 || !gate.controls.empty() ||
             angle.factor_count != 1))
          fail(ErrorKind::usage, "parameter {} stands in more than one plain rotation: the two-term shift rule fails",
               factor.index);
}

}  // namespace

CircuitTrials::CircuitTrials(CircuitCase settings)
    : settings_(std::move(settings)),
      exchange_({model_toml(settings_), training_toml, "", shape_of(settings_.features), 2}),
      features_{shape_of(settings_.features), settings_.bounds, true} {}

attacks::ThreatModel CircuitTrials::threat_model(bool labels) const {
  attacks::ThreatModel result;
  result.knows_labels = labels;
  result.offer_feature_bounds(settings_.bounds, true);
  return result;
}

CircuitTrial CircuitTrials::random(std::uint64_t seed, std::size_t examples) const {
  RandomStream numbers = stream(seed, 0);
  std::vector<float> inputs(examples * settings_.features);
  for (float& x : inputs) x = static_cast<float>(numbers.uniform(settings_.bounds.low, settings_.bounds.high));
  std::vector<std::int32_t> labels(examples);
  for (std::int32_t& label : labels) label = static_cast<std::int32_t>(numbers.below(2));
  return of(seed, std::move(inputs), std::move(labels));
}

CircuitTrial CircuitTrials::of(std::uint64_t seed, std::vector<float> inputs, std::vector<std::int32_t> labels,
                               std::vector<float> theta) const {
  attacks::GroundTruth truth{{inputs.begin(), inputs.end()}, labels};
  const datasets::Dataset data =
      examples_of(shape_of(settings_.features), std::move(inputs), std::move(labels), 2,
                  static_cast<float>(settings_.bounds.low), static_cast<float>(settings_.bounds.high), true);
  const Parameters start = theta.empty() ? exchange_.initial(seed) : Parameters(exchange_.schema(), std::move(theta));
  return {exchange_.observe(start, data, seed), std::move(truth)};
}

CircuitTrial CircuitTrials::with_shots(const CircuitTrial& trial, std::size_t shots, std::uint64_t seed) const {
  const auto& layer = dynamic_cast<const models::Quantum<float>&>(*exchange_.model().graph().nodes().front().layer);
  if (trial.truth.labels.size() != 1 || layer.observables().size() != 1)
    fail(ErrorKind::usage, "gradients from shots are made for one example and one output");
  require_two_term_rule(layer.circuit());
  const auto& sent = trial.seen.model().values();
  const std::vector<double> theta(sent.begin(), sent.end());
  // Row 0 is the output itself, rows 1 + 2 p and 2 + 2 p have theta_p shifted up and down.
  std::vector<double> rows;
  const auto add = [&](std::size_t parameter, double shift) {
    rows.insert(rows.end(), trial.truth.inputs.begin(), trial.truth.inputs.end());
    rows.insert(rows.end(), theta.begin(), theta.end());
    if (shift != 0) rows[rows.size() - theta.size() + parameter] += shift;
  };
  const quantum_sim::Circuit circuit = with_parameters_as_inputs(layer.circuit());
  const std::size_t trained = layer.circuit().parameters();
  add(0, 0);
  for (std::size_t p = 0; p < trained; ++p) {
    add(p, std::numbers::pi / 2);
    add(p, -std::numbers::pi / 2);
  }
  const quantum_sim::ShotSimulator<double> simulator(circuit, layer.observables(), shots);
  const auto values = simulator.run({}, rows, 1 + 2 * trained, seed);
  const double scale = layer.output_scale(), target = trial.truth.labels[0] == 1 ? 1 : -1;
  const double factor = 2 * scale * (scale * values[0].mean - target);
  std::vector<float> update(theta.size());
  for (std::size_t p = 0; p < trained; ++p)
    update[p] = static_cast<float>(factor * 0.5 * (values[1 + 2 * p].mean - values[2 + 2 * p].mean));
  return {trial.seen.with_update(std::move(update)), trial.truth};
}

CircuitTrial CircuitTrials::with_noise(const CircuitTrial& trial, double deviation, std::uint64_t seed) {
  RandomStream random = stream(seed, 1);
  std::vector<float> update = trial.seen.update();
  for (float& value : update) value += static_cast<float>(deviation * random.normal());
  return {trial.seen.with_update(std::move(update)), trial.truth};
}

double largest_error(const attacks::AttackResult& result, const CircuitTrial& trial,
                     const attacks::Features& features) {
  double largest = 0;
  for (const auto& example : attacks::score(result, trial.truth, features).examples)
    largest = std::max(largest, example.largest_error);
  return largest;
}

double median(std::vector<double> values) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

}  // namespace tacit::evaluation
