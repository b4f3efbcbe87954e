#pragma once

#include <string>
#include <vector>

#include "attacks/attack_settings.h"
#include "attacks/threat_model.h"
#include "datasets/dataset.h"
#include "simulation/experiment.h"

namespace tacit::simulation {

/// What is attacked, and with what: the [audit] section.
///
///   [audit]
///   attacks = ["analytic", "dlg"]     # on gradients of one example: names of the catalog, or paths of settings files
///   probe_gradients = 5               # how many such gradients the trained model collects; 0: none
///   update_attacks = ["analytic"]     # on a training update as it really was; default none
///   update_examples = 8               # how many of its examples the report shows as pictures
///   noise_control = true              # also run each attack on a gradient of noise
struct AuditSettings {
  std::vector<attacks::AttackSettings> attacks;
  std::vector<attacks::AttackSettings> update_attacks;
  std::size_t probe_gradients = 5;
  std::size_t update_examples = 8;
  bool noise_control = true;

  static AuditSettings from_config(ConfigTable section);
};

/// The [threat_model] section; what it leaves open is completed by what is public about such data: the interval that
/// its features keep, and whether they are angles.
attacks::ThreatModel threat_model_of(const Experiment& experiment, const datasets::Dataset& data);

}  // namespace tacit::simulation
