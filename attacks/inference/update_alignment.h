#pragma once

#include <string>
#include <vector>

#include "attacks/inference/example_signals.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"

namespace tacit::attacks {

/// How the gradient g_c of each candidate, at the model that a client was sent, lies to what the client sent back.
struct UpdateAlignment {
  /// cos(g, g_c), g the gradient that the update is read as: near 0 for examples that are not in it, whose gradients in
  /// many dimensions are nearly orthogonal, and about 1 / sqrt(n) for one of n.
  std::vector<double> cosines;
  /// ||g||^2 - ||g - g_c / n||^2 = (2 / n) <g, g_c> - ||g_c||^2 / n^2, how much shorter the update becomes without the
  /// candidate's share, n the examples that the client declared. Empty, with the reason, where the update does not give
  /// the scale of a gradient or the threat model denies what that takes.
  std::vector<double> differences;
  std::string differences_refused;
};

/// Both statistics of Li, Li and Ribeiro 2023 ("Effective passive membership inference attacks in federated learning
/// against overparameterized models", ICLR). A candidate whose gradient is zero has a cosine of 0. Throws as
/// observed_gradient without a scale, and as signals_of; Error(configuration) naming a layer that couples the examples
/// of a batch, where none has a gradient of its own.
UpdateAlignment alignment_of(const models::Model<double>& model, const Observation& observation,
                             const ThreatModel& threat_model, const Candidates& candidates);

}  // namespace tacit::attacks
