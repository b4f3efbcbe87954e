#include "simulation/audit_settings.h"

namespace tacit::simulation {
namespace {

std::vector<attacks::AttackSettings> settings_of(const std::vector<std::string>& names) {
  std::vector<attacks::AttackSettings> result;
  for (const std::string& name : names)
    result.push_back(name.ends_with(".toml") ? attacks::AttackSettings::from_file(name)
                                             : attacks::AttackSettings::from_catalog(name));
  return result;
}

}  // namespace

AuditSettings AuditSettings::from_config(ConfigTable section) {
  AuditSettings settings;
  settings.probe_gradients = static_cast<std::size_t>(section.integer("probe_gradients", {0, 1000}, 5));
  settings.update_examples = static_cast<std::size_t>(section.integer("update_examples", {0, 64}, 8));
  settings.noise_control = section.boolean("noise_control", true);
  const auto attacks = section.strings("attacks", std::vector<std::string>{"analytic"});
  const auto update_attacks = section.strings("update_attacks", std::vector<std::string>{});
  section.finish();
  settings.attacks = settings_of(attacks);
  settings.update_attacks = settings_of(update_attacks);
  return settings;
}

attacks::ThreatModel threat_model_of(const Experiment& experiment, const datasets::Dataset& data) {
  attacks::ThreatModel model = attacks::ThreatModel::from_config(experiment.section("threat_model"));
  model.offer_feature_bounds({data.feature_low, data.feature_high}, data.is_angle);
  return model;
}

}  // namespace tacit::simulation
