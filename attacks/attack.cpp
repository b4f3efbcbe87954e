#include "attacks/attack.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"

namespace tacit::attacks {
namespace {

/// An attacker who knows the interval of the features knows that nothing lies outside.
void clip(std::vector<double>& inputs, const Bounds& bounds) {
  for (double& value : inputs) value = std::clamp(value, bounds.low, bounds.high);
}

}  // namespace

std::size_t examples_to_reconstruct(const Observation& observation, const ThreatModel& threat_model,
                                    const AttackSettings& settings) {
  if (settings.reconstruct_examples > 0) return settings.reconstruct_examples;
  threat_model.require(Need::batch_size, "attack '" + settings.name + "' without reconstruct_examples");
  return static_cast<std::size_t>(observation.examples());
}

AttackResult run_attack(const Observation& observation, const ThreatModel& threat_model, const AttackSettings& settings,
                        const KnownLabels* labels, const AttackControl& control) {
  if (labels != nullptr && !threat_model.knows_labels) {
    fail(ErrorKind::usage, "attack '{}' was given labels that the threat model denies to the {}", settings.name,
         to_string(threat_model.observer));
  }
  const std::size_t count = examples_to_reconstruct(observation, threat_model, settings);
  const auto start = std::chrono::steady_clock::now();
  AttackResult result = settings.method->run({observation, threat_model, count, labels, control});
  if (threat_model.grants(Need::feature_bounds) && !threat_model.features_are_angles) {
    clip(result.inputs, *threat_model.feature_bounds);
    for (RestartRow& row : result.rows) clip(row.inputs, *threat_model.feature_bounds);
  }
  result.attack = settings.name;
  result.count = count;
  result.input_shape = observation.run().input_shape;
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

}  // namespace tacit::attacks
