#include "attacks/observed_gradient.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "attacks/recorded_section.h"
#include "core/error.h"
#include "models/local_training.h"

namespace tacit::attacks {
namespace {

/// Optimizer steps of one client in one round.
std::uint64_t local_steps(const models::LocalTraining& training, std::uint64_t examples) {
  return training.local_epochs * ((examples + training.batch_size - 1) / training.batch_size);
}

/// What -delta is divided by to become a gradient.
double delta_scale(const Observation& observation, const ThreatModel& threat_model, std::string_view part,
                   std::vector<std::string>& notes) {
  threat_model.require(Need::learning_rate, part);
  threat_model.require(Need::local_steps, part);
  const auto training =
      models::LocalTraining::from_config(recorded_section(observation.run().training_toml, "training"));
  if (training.optimizer != "sgd" || training.momentum != 0) {
    fail(ErrorKind::configuration,
         "{} needs the scale of the gradient, which a delta of {} does not give; take an objective without scale "
         "(cosine)",
         part, training.optimizer == "sgd" ? "SGD with momentum" : "optimizer '" + training.optimizer + "'");
  }
  const std::uint64_t steps = local_steps(training, observation.examples());
  if (steps > 1) {
    notes.push_back(fmt::format("The delta of {} local steps is read as {} steps along one gradient.", steps, steps));
  }
  return training.learning_rate * static_cast<double>(steps);
}

}  // namespace

ObservedGradient observed_gradient(const Observation& observation, const ThreatModel& threat_model, bool scale_matters,
                                   std::string_view part) {
  threat_model.require(Need::individual_update, part);
  const auto& update = observation.update();
  const auto bad = std::find_if(update.begin(), update.end(), [](float value) { return !std::isfinite(value); });
  if (bad != update.end()) {
    fail(ErrorKind::data, "the update of client '{}' is {} at {}: there is nothing to invert", observation.client(),
         *bad, observation.model().schema().element_name(static_cast<std::size_t>(bad - update.begin())));
  }
  if (std::all_of(update.begin(), update.end(), [](float value) { return value == 0; })) {
    fail(ErrorKind::data, "the update of client '{}' is zero everywhere: there is nothing to invert",
         observation.client());
  }
  ObservedGradient gradient{std::vector<double>(update.begin(), update.end()), {}};
  if (observation.kind() == UpdateKind::gradient) return gradient;
  double scale = 1;
  if (scale_matters) {
    scale = delta_scale(observation, threat_model, part, gradient.notes);
  } else {
    gradient.notes.emplace_back("The direction of the parameter change is taken for the direction of the gradient.");
  }
  for (double& value : gradient.values) value /= -scale;
  return gradient;
}

}  // namespace tacit::attacks
