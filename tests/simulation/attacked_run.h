#pragma once

#include <string>

#include "attacks/attack.h"
#include "attacks/score.h"
#include "core/files.h"
#include "simulation/audit_settings.h"
#include "simulation/run.h"
#include "simulation/truth.h"

namespace tacit::simulation {

inline Experiment experiment_from(const std::string& toml) {
  return Experiment::from_config(ConfigTable::parse_text(toml, "e.toml"));
}

/// Runs an experiment in this process, then attacks the first recorded update of client-1, and scores it.
inline attacks::Score attacked(const Experiment& experiment, const attacks::AttackSettings& attack) {
  const TemporaryFolder folder;
  run_in_process(experiment, {folder.path() / "run", {}, {}});
  const auto observation = attacks::Observation::read(folder.path() / "run" / "recording.bin", 1, "client-1");
  const Truth truth(experiment);
  const attacks::ThreatModel threat_model = threat_model_of(experiment, truth.train());
  const attacks::AttackResult result = attacks::run_attack(observation, threat_model, attack);
  return attacks::score(result, truth.of_update(1, "client-1"),
                        {truth.train().feature_shape, threat_model.feature_bounds, threat_model.features_are_angles});
}

inline attacks::AttackSettings attack_from(const std::string& toml) {
  return attacks::AttackSettings::from_config(ConfigTable::parse_text(toml, "attack.toml"), "test");
}

}  // namespace tacit::simulation
