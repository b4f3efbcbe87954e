#include "models/local_training.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/training_cohorts.h"

namespace tacit::models {

namespace {

/// Whether the optimizer has the setting; if not, a value for it is refused, naming those that have it.
bool has_setting(const ConfigTable& section, const char* key, const std::string& optimizer,
                 const std::vector<std::string>& owners) {
  if (std::find(owners.begin(), owners.end(), optimizer) != owners.end()) return true;
  if (section.has(key))
    section.refuse(key, fmt::format("only the optimizer {} has it, chosen is {}", fmt::join(owners, ", "), optimizer));
  return false;
}

OptimizerSettings optimizer_from_config(ConfigTable& section) {
  OptimizerSettings settings = OptimizerSettings::defaults(section.choice("optimizer", optimizer_names(), "sgd"));
  const std::string& name = settings.name;
  // A momentum of zero says what every optimizer does.
  settings.momentum = section.number("momentum", {0, 0.9999}, 0.0);
  if (settings.momentum != 0) has_setting(section, "momentum", name, {"sgd", "rmsprop"});
  if (has_setting(section, "nesterov", name, {"sgd"})) settings.nesterov = section.boolean("nesterov", false);
  if (settings.nesterov && settings.momentum == 0) section.refuse("nesterov", "needs a momentum above 0");
  settings.weight_decay = section.number("weight_decay", {0, 1e6}, settings.weight_decay);
  if (has_setting(section, "beta_1", name, {"adam", "adamw"}))
    settings.beta_1 = section.number("beta_1", {0, 0.999999}, settings.beta_1);
  if (has_setting(section, "beta_2", name, {"adam", "adamw", "rmsprop"}))
    settings.beta_2 = section.number("beta_2", {0, 0.999999}, settings.beta_2);
  if (has_setting(section, "epsilon", name, {"adam", "adamw", "adagrad", "rmsprop"}))
    settings.epsilon = section.number("epsilon", {1e-30, 1e6}, settings.epsilon);
  return settings;
}

GradientSource gradient_from_config(ConfigTable& section) {
  GradientSource source;
  const std::string kind = section.choice("gradient", {"exact", "spsa", "natural"}, "exact");
  const auto has = [&](const char* key, const std::string& owner) {
    if (kind != owner && section.has(key))
      section.refuse(key, fmt::format("has a meaning only with gradient = \"{}\", chosen is {}", owner, kind));
    return kind == owner;
  };
  if (kind == "spsa") source.kind = GradientSource::Kind::spsa;
  if (kind == "natural") source.kind = GradientSource::Kind::natural;
  if (has("spsa_step", "spsa")) source.spsa_step = section.number("spsa_step", {1e-6, 1e6}, source.spsa_step);
  if (has("spsa_repetitions", "spsa"))
    source.spsa_repetitions = static_cast<std::size_t>(section.integer("spsa_repetitions", {1, 1'000'000}, 1));
  if (has("natural_regularisation", "natural"))
    source.natural_regularisation = section.number("natural_regularisation", {0, 1e6}, source.natural_regularisation);
  if (has("soteria_share", "exact")) source.soteria_share = section.number("soteria_share", {0, 1}, 0.0);
  if (has("example_clip_norm", "exact")) source.example_clip_norm = section.number("example_clip_norm", {0, 1e30}, 0.0);
  source.example_noise = section.number("example_noise", {0, 1e6}, 0.0);
  if (source.example_noise > 0 && source.example_clip_norm == 0)
    section.refuse("example_noise", "is in units of example_clip_norm, which is 0");
  if (source.soteria_share > 0 && source.example_clip_norm > 0)
    section.refuse("soteria_share", "chooses by the examples what it masks, which would void example_clip_norm");
  if (has("natural_metric", "natural"))
    source.natural_by_layers = section.choice("natural_metric", {"full", "layers"}, "full") == "layers";
  return source;
}

/// One gradient takes no step of the client's own, so what shapes such steps would be ignored.
void refuse_keys_of_steps(const ConfigTable& section) {
  for (const char* key : {"local_epochs", "optimizer", "momentum", "nesterov", "beta_1", "beta_2", "epsilon",
                          "weight_decay", "schedule", "schedule_over", "schedule_every", "schedule_factor",
                          "schedule_length", "schedule_floor", "warmup", "warmup_over"})
    if (section.has(key))
      section.refuse(key,
                     "fedsgd sends one gradient and takes no step with it, so this would do nothing; leave it out");
}

LocalTraining read_settings(ConfigTable section) {
  LocalTraining training;
  using Algorithm = LocalTraining::Algorithm;
  training.algorithm =
      section.choice("algorithm", {"fedavg", "fedsgd"}, "fedavg") == "fedavg" ? Algorithm::fedavg : Algorithm::fedsgd;
  if (training.algorithm == Algorithm::fedsgd) refuse_keys_of_steps(section);
  training.local_epochs = static_cast<std::size_t>(
      section.integer("local_epochs", {1, 10'000}, static_cast<std::int64_t>(training.local_epochs)));
  training.batch_size = static_cast<std::size_t>(
      section.integer("batch_size", {1, 1'000'000}, static_cast<std::int64_t>(training.batch_size)));
  training.gradient = gradient_from_config(section);
  training.mixing = ExampleMixing::from_config(section);
  training.optimizer = optimizer_from_config(section);
  training.learning_rate = section.number("learning_rate", {1e-12, 1e6}, training.learning_rate);
  training.schedule = LearningRateSchedule::from_config(section);
  training.clipping.value = section.number("clip_gradient_value", {0, 1e30}, 0.0);
  training.clipping.norm = section.number("clip_gradient_norm", {0, 1e30}, 0.0);
  section.finish();
  return training;
}

}  // namespace

LocalTraining LocalTraining::from_config(ConfigTable section, const std::string& client) {
  const std::vector<LocalTraining> all = all_from_config(section);
  if (client.empty()) return all.front();
  const TrainingCohorts cohorts(section);
  return all[(cohorts.of(client) + 1) % all.size()];
}

std::vector<LocalTraining> LocalTraining::all_from_config(ConfigTable section) {
  const TrainingCohorts cohorts(section);
  if (cohorts.empty()) return {read_settings(section)};
  section.accept_all();  // the copies that follow know nothing of each other
  const std::size_t count = cohorts.names().size();
  std::vector<LocalTraining> all = {read_settings(cohorts.settings(section, count))};
  for (std::size_t cohort = 0; cohort < count; ++cohort)
    all.push_back(read_settings(cohorts.settings(section, cohort)));
  return all;
}

}  // namespace tacit::models
