#include "attacks/attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>

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
  if (observation.examples() == 0) {
    fail(ErrorKind::configuration,
         "attack '{}' needs reconstruct_examples, as a change of the global model does not tell how many made it",
         settings.name);
  }
  return static_cast<std::size_t>(observation.examples());
}

AttackResult run_attack(const Observation& observation, const ThreatModel& threat_model, const AttackSettings& settings,
                        const KnownLabels* labels, const AttackControl& control) {
  return run_attack_on_rounds(std::span(&observation, 1), threat_model, settings, labels, control);
}

AttackResult run_attack_on_rounds(std::span<const Observation> rounds, const ThreatModel& threat_model,
                                  const AttackSettings& settings, const KnownLabels* labels,
                                  const AttackControl& control) {
  const std::string part = "attack '" + settings.name + "'";
  if (rounds.empty()) fail(ErrorKind::usage, "{} was given no round", part);
  if (rounds.size() > 1) threat_model.require(Need::many_rounds, part + " on several rounds");
  if (labels != nullptr && !threat_model.knows_labels) {
    fail(ErrorKind::usage, "attack '{}' was given labels that the threat model denies to the {}", settings.name,
         to_string(threat_model.observer));
  }
  threat_model.require(settings.method->needs(), part);
  const Observation& observation = rounds.back();
  if (observation.run().targets > 0 && !settings.method->works_without_labels())
    fail(ErrorKind::configuration, "{} is about examples with labels, and this run has real-valued targets", part);
  const std::size_t count = examples_to_reconstruct(observation, threat_model, settings);
  const auto start = std::chrono::steady_clock::now();
  AttackResult result = settings.method->run({observation, threat_model, count, labels, control, rounds});
  if (rounds.size() > 1 && !settings.method->uses_rounds())
    result.notes.push_back(fmt::format("Of the {} rounds, the last one was attacked.", rounds.size()));
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
