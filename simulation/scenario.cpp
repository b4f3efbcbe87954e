#include "simulation/scenario.h"

#include <mutex>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "simulation/scenario_report.h"

namespace tacit::simulation {
namespace {

attacks::Features features_of(const Scenario& scenario, const Truth& truth) {
  return {truth.train().feature_shape, scenario.threat_model.feature_bounds, scenario.threat_model.features_are_angles};
}

/// One attack on one observation, or why it does not apply.
Trial attempt(const Scenario& scenario, const attacks::AttackSettings& settings,
              const attacks::Observation& observation, const attacks::KnownLabels* labels) {
  attacks::AttackControl control;
  control.seed = scenario.seed;
  control.cancelled = [] { return interrupted(); };
  Trial trial;
  try {
    trial.result = attacks::run_attack(observation, scenario.threat_model, settings, labels, control);
  } catch (const Error& error) {
    // A refusal says something about the configuration under audit; anything else is trouble of ours.
    if (error.kind() != ErrorKind::configuration && error.kind() != ErrorKind::data) throw;
    trial.refusal = error.what();
  }
  return trial;
}

/// What reaches an attack: an observation, and labels if the threat model grants them.
struct Target {
  attacks::Observation observation;
  std::optional<attacks::KnownLabels> labels;
};

std::vector<Target> targets_of(const Scenario& scenario, const Truth& truth) {
  std::vector<Target> targets;
  for (const attacks::Observation& observation : scenario.observations) {
    targets.push_back({observation, {}});
    if (scenario.threat_model.knows_labels)
      targets.back().labels = truth.labels_of_update(observation.round(), observation.client());
  }
  return targets;
}

}  // namespace

std::size_t Scenario::steps() const {
  return observations.size() * attacks.size() * (noise_control ? 2 : 1);
}

ScenarioResult run_scenario(const Scenario& scenario, const Truth& truth, ThreadPool& pool,
                            const std::function<void()>& done) {
  const std::vector<Target> targets = targets_of(scenario, truth);
  const std::size_t attacks = scenario.attacks.size(), count = targets.size();
  std::vector<Trial> trials(attacks * count), noise_trials(scenario.noise_control ? attacks * count : 0);
  std::mutex mutex;
  pool.for_each(scenario.steps(), [&](std::size_t step) {
    check_interrupted();
    const bool noise = step >= trials.size();
    const std::size_t index = noise ? step - trials.size() : step;
    const Target& target = targets[index % count];
    const attacks::KnownLabels* labels = target.labels ? &*target.labels : nullptr;
    Trial& trial = noise ? noise_trials[index] : trials[index];
    trial = attempt(
        scenario, scenario.attacks[index / count],
        noise ? attacks::noise_control(target.observation, scenario.seed + index % count) : target.observation, labels);
    const std::lock_guard lock(mutex);
    done();
  });

  ScenarioReport report(scenario, features_of(scenario, truth), truth);
  for (std::size_t a = 0; a < attacks; ++a)
    report.add_attack(scenario.attacks[a], std::span(trials).subspan(a * count, count));
  for (std::size_t a = 0; a < attacks && scenario.noise_control; ++a)
    report.add_noise_control(scenario.attacks[a], std::span(noise_trials).subspan(a * count, count));
  report.add_baselines_without_gradient();
  return report.finish();
}

}  // namespace tacit::simulation
