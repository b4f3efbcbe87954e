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

models::LocalTraining recorded_training(const Observation& observation) {
  return models::LocalTraining::from_config(recorded_section(observation.run().training_toml, "training"),
                                            observation.client());
}

[[noreturn]] void refuse_lost_scale(std::string_view part, const std::string& what) {
  fail(ErrorKind::configuration,
       "{} needs the scale of the gradient, which {} does not give; take an objective without scale (cosine)", part,
       what);
}

/// What stands between a gradient that was sent and the one that an objective compares it with.
void note_changes(const models::LocalTraining& training, std::vector<std::string>& notes) {
  if (!training.clipping.is_off())
    notes.emplace_back("Training clips gradients: what was sent is taken for the gradient as it was before.");
  if (!training.gradient.is_plain())
    notes.emplace_back("Training estimates or transforms gradients: what was sent is taken for the exact gradient.");
}

Need need_of(Scope scope) {
  switch (scope) {
    case Scope::client:
      return Need::individual_update;
    case Scope::aggregate:
      return Need::aggregate_update;
    case Scope::global_change:
      return Need::global_models;
  }
  return Need::individual_update;
}

/// What -delta is divided by to become a gradient: the sum of the learning rates of its steps.
double delta_scale(const Observation& observation, const ThreatModel& threat_model, std::string_view part,
                   std::vector<std::string>& notes) {
  threat_model.require(Need::learning_rate, part);
  threat_model.require(Need::local_steps, part);
  if (observation.scope() == Scope::global_change) refuse_lost_scale(part, "a change of the global model");
  if (observation.scope() == Scope::aggregate) refuse_lost_scale(part, "a mean of several clients' deltas");
  const auto training = recorded_training(observation);
  const auto& optimizer = training.optimizer;
  if (!training.clipping.is_off()) refuse_lost_scale(part, "a delta of clipped gradients");
  if (training.gradient.kind != models::GradientSource::Kind::exact || training.gradient.example_clip_norm > 0)
    refuse_lost_scale(part, "a delta of estimated, natural or clipped gradients");
  if (optimizer.name != "sgd") refuse_lost_scale(part, "a delta of optimizer '" + optimizer.name + "'");
  if (optimizer.momentum != 0) refuse_lost_scale(part, "a delta of SGD with momentum");
  if (optimizer.weight_decay != 0) refuse_lost_scale(part, "a delta of SGD with weight decay");
  const std::uint64_t steps = local_steps(training, observation.examples());
  if (steps > 1) {
    notes.push_back(fmt::format("The delta of {} local steps is read as {} steps along one gradient.", steps, steps));
  }
  if (training.schedule.is_constant()) return training.learning_rate * static_cast<double>(steps);
  if (steps > 100'000'000) fail(ErrorKind::data, "the update claims {} local steps, more than can be read", steps);
  double scale = 0;
  for (std::uint64_t step = 0; step < steps; ++step) scale += training.learning_rate_at(observation.round(), step);
  return scale;
}

}  // namespace

namespace {

/// The update of a single client, statistics set to 0.
ObservedGradient trained_part(const Observation& observation, const ThreatModel& threat_model, std::string_view part) {
  threat_model.require(need_of(observation.scope()), part);
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
  ObservedGradient gradient{std::vector<double>(update.begin(), update.end()), {}, 0};
  for (const ParameterEntry& entry : observation.model().schema().entries())
    if (!entry.trained)
      std::fill_n(gradient.values.begin() + static_cast<std::ptrdiff_t>(entry.offset), entry.size, 0.0);
  return gradient;
}

}  // namespace

ObservedGradient observed_gradient(const Observation& observation, const ThreatModel& threat_model, bool scale_matters,
                                   std::string_view part, bool accounts_for_training) {
  ObservedGradient gradient = trained_part(observation, threat_model, part);
  if (observation.kind() == UpdateKind::gradient) {
    if (!accounts_for_training) note_changes(recorded_training(observation), gradient.notes);
    return gradient;
  }
  double scale = 1;
  if (scale_matters) {
    scale = gradient.change_scale = delta_scale(observation, threat_model, part, gradient.notes);
  } else {
    gradient.notes.emplace_back("The direction of the parameter change is taken for the direction of the gradient.");
  }
  for (double& value : gradient.values) value /= -scale;
  return gradient;
}

ObservedGradient observed_change(const Observation& observation, const ThreatModel& threat_model, double scale,
                                 std::string_view part) {
  ObservedGradient change = trained_part(observation, threat_model, part);
  change.change_scale = scale;
  for (double& value : change.values) value /= -scale;
  return change;
}

}  // namespace tacit::attacks
