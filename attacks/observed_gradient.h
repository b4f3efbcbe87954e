#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "attacks/observation.h"
#include "attacks/threat_model.h"

namespace tacit::attacks {

/// What an attack takes for the gradient of the client's loss.
struct ObservedGradient {
  std::vector<double> values;      ///< [parameters]; 0 for statistics, which have no gradient
  std::vector<std::string> notes;  ///< assumptions made, one sentence each; empty if the gradient itself was sent
  double change_scale = 0;         ///< by which a change of parameters was divided, if its scale is known
};

/// The gradient behind an update. A gradient update is one. A delta of plain SGD over S local steps with
/// learning rates eta_s is read as S steps along one gradient: -delta / sum eta_s, exact if S = 1 and an assumption
/// otherwise, which the notes declare. With `scale_matters` false only the direction -delta is taken, and no learning
/// rate is needed. `accounts_for_training`: what training did to the gradient before it was sent is no assumption of
/// the caller, and not noted. Throws Error(configuration) if the threat model denies what `part` needs or the local
/// training (momentum, weight decay, clipping) leaves no such reading; Error(data) if the update is all zeros or not
/// finite.
ObservedGradient observed_gradient(const Observation& observation, const ThreatModel& threat_model, bool scale_matters,
                                   std::string_view part, bool accounts_for_training = false);

/// The change of the parameters over local training, as -change / scale: of the size of a gradient, but not read as
/// one. Throws as observed_gradient does for what `part` needs of an update.
ObservedGradient observed_change(const Observation& observation, const ThreatModel& threat_model, double scale,
                                 std::string_view part);

}  // namespace tacit::attacks
