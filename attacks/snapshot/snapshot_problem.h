#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "attacks/observation.h"
#include "attacks/observed_gradient.h"
#include "attacks/snapshot/output_loss.h"
#include "attacks/snapshot/snapshot_equations.h"
#include "attacks/snapshot/split_circuit.h"
#include "attacks/threat_model.h"
#include "models/model.h"
#include "quantum_sim/analysis/lie/g_sim.h"

namespace tacit::attacks {

/// What an observed gradient says of snapshots, before labels and inputs are asked for: the model taken apart, its
/// equations solved. Stays where it was made, as its parts refer to each other.
class SnapshotProblem {
 public:
  /// Throws Error(configuration) if the model is none that split_at_encoding, snapshot_layer and OutputLoss take, or
  /// the snapshot has more than max_dimension strings; Error(data) on a gradient of zeros or not finite; else as
  /// observed_gradient.
  SnapshotProblem(const Observation& observation, const ThreatModel& threat_model, std::size_t examples,
                  double tolerance, std::size_t max_dimension);
  SnapshotProblem(const SnapshotProblem&) = delete;

  /// The weak breach, for one example with this target: the snapshots that explain the gradient, one for each output
  /// that does (OutputLoss::candidates). [dimension] each; strings that are not determined (equations.resolution) are 0
  /// in part.
  std::vector<std::vector<double>> snapshots(double target) const;
  /// Outputs y with c(y) (y - constant) = product, that the observable can have.
  std::vector<OutputCandidate> candidates(double product, double target) const;
  /// What a search must not leave: granted bounds short of a whole turn, or the domain of an arccos.
  std::optional<Bounds> walls() const;

  ObservedGradient gradient;
  models::Model<double> model;
  const models::Quantum<double>& layer;
  OutputLoss loss;
  SplitCircuit split;
  std::vector<double> theta;
  quantum_sim::LieSimulator simulator;
  std::unique_ptr<SnapshotMap> map;
  std::size_t count;  ///< examples
  bool bounded;       ///< whether `range` was granted; else it is one period
  bool arccos;        ///< whether features are read by their arccos
  Bounds range;
  double norm;  ///< of the gradient
  SnapshotEquations equations;
  std::vector<double> coordinates;
};

}  // namespace tacit::attacks
