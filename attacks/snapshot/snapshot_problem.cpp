#include "attacks/snapshot/snapshot_problem.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr const char* part = "the snapshot attack";

bool reads_arccos(const quantum_sim::Circuit& encoding) {
  for (const auto& gate : encoding.gates())
    for (const auto& angle : gate.angles)
      for (const auto& factor : angle.factors())
        if (factor.function == quantum_sim::Angle::Function::arccos) return true;
  return false;
}

Bounds range_of(const ThreatModel& threat_model, bool arccos) {
  const bool bounded = threat_model.grants(Need::feature_bounds);
  Bounds range = bounded ? *threat_model.feature_bounds : arccos ? Bounds{-1, 1} : Bounds{0, 2 * std::numbers::pi};
  if (arccos) range = {std::max(range.low, -1 + 1e-9), std::min(range.high, 1 - 1e-9)};
  return range;
}

double checked_norm(const std::vector<double>& gradient) {
  double squares = 0;
  for (std::size_t p = 0; p < gradient.size(); ++p) {
    if (!std::isfinite(gradient[p]))
      fail(ErrorKind::data, "component {} of the gradient is {}: there is nothing to invert", p, gradient[p]);
    squares += gradient[p] * gradient[p];
  }
  if (squares == 0) fail(ErrorKind::data, "the gradient is zero everywhere: there is nothing to invert");
  return std::sqrt(squares);
}

}  // namespace

SnapshotProblem::SnapshotProblem(const Observation& observation, const ThreatModel& threat_model, std::size_t examples,
                                 double tolerance, std::size_t max_dimension)
    : gradient(observed_gradient(observation, threat_model, true, part)),
      model(observed_model(observation.run())),
      layer(snapshot_layer(model)),
      loss(model, layer),
      split(split_at_encoding(layer.circuit())),
      theta(observation.model().values().begin(), observation.model().values().end()),
      simulator(split.ansatz, {loss.observable()}, {.max_dimension = max_dimension}),
      map(make_snapshot_map(split.encoding, model.input_size(), simulator)),
      count(examples),
      bounded(threat_model.grants(Need::feature_bounds)),
      arccos(reads_arccos(split.encoding)),
      range(range_of(threat_model, arccos)),
      norm(checked_norm(gradient.values)),
      equations(snapshot_equations(simulator, *map, theta, range, tolerance)),
      coordinates(equations.coordinates(gradient.values)) {}

std::optional<Bounds> SnapshotProblem::walls() const {
  if (!arccos && (!bounded || range.width() > 2 * std::numbers::pi - 1e-9)) return {};
  return range;
}

std::vector<OutputCandidate> SnapshotProblem::candidates(double product, double target) const {
  constexpr double slack = 1.05;  // for noise
  double most = 0;
  for (const auto& term : loss.observable().terms) most += std::abs(term.coefficient);
  return loss.candidates(product, equations.constant, target, slack * most);
}

std::vector<std::vector<double>> SnapshotProblem::snapshots(double target) const {
  const std::vector<double> scaled = equations.scaled_snapshot(coordinates);
  double product = 0;
  for (std::size_t a = 0; a < scaled.size(); ++a) product += equations.output[a] * scaled[a];
  std::vector<std::vector<double>> result;
  for (const OutputCandidate& candidate : candidates(product, target)) {
    if (std::abs(candidate.factor) < 1e-12) continue;
    std::vector<double> snapshot = scaled;
    for (double& value : snapshot) value /= candidate.factor;
    result.push_back(std::move(snapshot));
  }
  return result;
}

}  // namespace tacit::attacks
