#pragma once

#include <cstddef>

#include "attacks/attack_control.h"
#include "attacks/attack_result.h"
#include "attacks/attack_settings.h"
#include "attacks/known_labels.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"

namespace tacit::attacks {

/// Inverts an update by gradient matching: from `restarts` starting points, for each candidate labelling, minimises
/// D(g(x)) + priors over `count` inputs (and soft labels) and keeps the run with the least D. Starting points depend on
/// seed, round and restart only, so that candidate labellings compete on equal terms. Ties go to the earlier run.
/// Errors as run_attack.
AttackResult match_gradient(const Observation& observation, const ThreatModel& threat_model,
                            const MatchingSettings& settings, std::size_t count, const KnownLabels* labels,
                            const AttackControl& control);

}  // namespace tacit::attacks
