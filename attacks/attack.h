#pragma once

#include <span>

#include "attacks/attack_control.h"
#include "attacks/attack_result.h"
#include "attacks/attack_settings.h"
#include "attacks/known_labels.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"

namespace tacit::attacks {

/// Runs an attack on one observation under a threat model (promise P3: it takes nothing else). `labels` must be given
/// if and only if the threat model grants them and the settings use them; else null. Same arguments and seed give the
/// same result, whatever the pool, unless `seconds` bounds the time. Throws, with one sentence: Error(configuration) if
/// a part needs what the threat model denies, or does not apply to the model, loss, shape or batch; Error(data) if the
/// update is zero or not finite; Error(usage) on labels that the threat model does not grant; Error(interrupted) if
/// cancelled.
AttackResult run_attack(const Observation& observation, const ThreatModel& threat_model, const AttackSettings& settings,
                        const KnownLabels* labels = nullptr, const AttackControl& control = {});

/// The same on several rounds of one view, in order, at least one. A method that does not use rounds takes the last
/// one. More than one must be granted (View::many_rounds). Throws Error(usage) if there is none.
AttackResult run_attack_on_rounds(std::span<const Observation> rounds, const ThreatModel& threat_model,
                                  const AttackSettings& settings, const KnownLabels* labels = nullptr,
                                  const AttackControl& control = {});

/// How many examples an attack reconstructs: settings.reconstruct_examples, or else the number declared with the
/// update, which the threat model must grant and which the change of a global model does not tell.
std::size_t examples_to_reconstruct(const Observation& observation, const ThreatModel& threat_model,
                                    const AttackSettings& settings);

}  // namespace tacit::attacks
