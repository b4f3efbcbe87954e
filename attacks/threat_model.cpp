#include "attacks/threat_model.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"

namespace tacit::attacks {
namespace {

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};

constexpr Named<Observer> observers[] = {
    {Observer::honest_but_curious_coordinator, "honest_but_curious_coordinator"},
    {Observer::malicious_coordinator, "malicious_coordinator"},
    {Observer::eavesdropper, "eavesdropper"},
    {Observer::malicious_client, "malicious_client"},
    {Observer::member, "member"},
};

constexpr Named<View> views[] = {
    {View::one_update, "one_update"},
    {View::many_rounds, "many_rounds"},
    {View::aggregate, "aggregate"},
    {View::global_models, "global_models"},
};

constexpr Named<Crafts> crafted[] = {
    {Crafts::nothing, "nothing"},
    {Crafts::updates, "updates"},
    {Crafts::parameters, "parameters"},
    {Crafts::model, "model"},
};

constexpr Named<Need> needs_in_words[] = {
    {Need::individual_update, "the update of a single client"},
    {Need::many_rounds, "the updates of one client over many rounds"},
    {Need::aggregate_update, "the mean update of a round"},
    {Need::global_models, "the global models of successive rounds"},
    {Need::crafted_updates, "to send crafted updates"},
    {Need::crafted_parameters, "to send crafted parameters"},
    {Need::crafted_model, "to send a crafted model"},
    {Need::labels, "the labels of the examples"},
    {Need::batch_size, "the number of examples in the update"},
    {Need::learning_rate, "the learning rate of local training"},
    {Need::local_steps, "the number of local steps"},
    {Need::pipeline, "how updates are clipped, perturbed and encoded"},
    {Need::normalisation_statistics, "the statistics of the normalised batches"},
    {Need::feature_bounds, "the bounds of the features"},
    {Need::data_statistics, "the mean and deviation of the features"},
    {Need::table_columns, "the columns of the table"},
    {Need::public_data, "public data of the same kind"},
};

template <class Value, std::size_t count>
std::string_view name_of(const Named<Value> (&table)[count], Value value) {
  for (const auto& entry : table)
    if (entry.value == value) return entry.name;
  return "unknown";
}

/// The value that a key names.
template <class Value, std::size_t count>
Value chosen(ConfigTable& section, std::string_view key, const Named<Value> (&table)[count], Value fallback) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  const std::string word = section.choice(key, names, std::string(name_of(table, fallback)));
  for (const auto& entry : table)
    if (entry.name == word) return entry.value;
  return fallback;
}

bool is_client(Observer observer) {
  return observer == Observer::member || observer == Observer::malicious_client;
}

bool can_see(Observer observer, View view) {
  if (is_client(observer)) return view == View::global_models;
  return observer != Observer::eavesdropper || view != View::aggregate;
}

bool can_craft(Observer observer, Crafts crafts) {
  switch (observer) {
    case Observer::malicious_coordinator:
      return crafts == Crafts::parameters || crafts == Crafts::model;
    case Observer::malicious_client:
      return crafts == Crafts::updates;
    default:
      return crafts == Crafts::nothing;
  }
}

void read_feature_bounds(ConfigTable& section, ThreatModel& model) {
  model.knows_feature_bounds = section.boolean("knows_feature_bounds", model.knows_feature_bounds);
  if (section.has("feature_bounds")) {
    if (!model.knows_feature_bounds) section.refuse("feature_bounds", "given although knows_feature_bounds is false");
    const std::vector<double> bounds = section.numbers("feature_bounds", {-1e9, 1e9});
    if (bounds.size() != 2 || !(bounds[0] < bounds[1])) {
      section.refuse("feature_bounds", "expected two numbers, the lower before the higher");
    }
    model.feature_bounds = Bounds{bounds[0], bounds[1]};
  }
  model.features_are_angles = section.boolean("features_are_angles", model.features_are_angles);
}

void read_statistics(ConfigTable& section, ThreatModel& model) {
  model.feature_mean = section.numbers("feature_mean", {-1e9, 1e9}, std::vector<double>());
  model.feature_deviation = section.numbers("feature_deviation", {1e-12, 1e9}, std::vector<double>());
  if (model.feature_mean.size() != model.feature_deviation.size())
    section.refuse("feature_deviation", fmt::format("expected as many numbers as in feature_mean, {}, and got {}",
                                                    model.feature_mean.size(), model.feature_deviation.size()));
}

}  // namespace

std::string_view to_string(Observer observer) noexcept {
  return name_of(observers, observer);
}
std::string_view to_string(View view) noexcept {
  return name_of(views, view);
}
std::string_view to_string(Crafts crafts) noexcept {
  return name_of(crafted, crafts);
}
std::string_view to_string(Need need) noexcept {
  return name_of(needs_in_words, need);
}

ThreatModel ThreatModel::of(Observer observer) {
  ThreatModel model;
  model.observer = observer;
  if (is_client(observer)) model.observes = View::global_models;
  if (observer == Observer::malicious_coordinator) model.crafts = Crafts::model;
  if (observer == Observer::malicious_client) model.crafts = Crafts::updates;
  return model;
}

ThreatModel ThreatModel::from_config(ConfigTable section) {
  ThreatModel model = of(chosen(section, "observer", observers, Observer::honest_but_curious_coordinator));
  model.observes = chosen(section, "observes", views, model.observes);
  if (!can_see(model.observer, model.observes))
    section.refuse("observes",
                   fmt::format("the {} does not see '{}'", to_string(model.observer), to_string(model.observes)));
  model.crafts = chosen(section, "crafts", crafted, model.crafts);
  if (!can_craft(model.observer, model.crafts))
    section.refuse("crafts",
                   fmt::format("the {} does not craft '{}'", to_string(model.observer), to_string(model.crafts)));
  model.knows_labels = section.boolean("knows_labels", model.knows_labels);
  model.knows_batch_size = section.boolean("knows_batch_size", model.knows_batch_size);
  model.knows_learning_rate = section.boolean("knows_learning_rate", model.knows_learning_rate);
  model.knows_local_steps = section.boolean("knows_local_steps", model.knows_local_steps);
  model.knows_pipeline = section.boolean("knows_pipeline", model.knows_pipeline);
  model.knows_normalisation_statistics =
      section.boolean("knows_normalisation_statistics", model.knows_normalisation_statistics);
  read_feature_bounds(section, model);
  read_statistics(section, model);
  model.knows_table_columns = section.boolean("knows_table_columns", model.knows_table_columns);
  model.knows_public_data = section.boolean("knows_public_data", model.knows_public_data);
  section.finish();
  return model;
}

void ThreatModel::offer_feature_bounds(const Bounds& bounds, bool angles) {
  if (!knows_feature_bounds || feature_bounds) return;
  feature_bounds = bounds;
  features_are_angles = angles;
}

bool ThreatModel::grants(Need need) const noexcept {
  switch (need) {
    case Need::individual_update:
      return !is_client(observer) && (observes == View::one_update || observes == View::many_rounds);
    case Need::many_rounds:
      return !is_client(observer) && observes == View::many_rounds;
    case Need::aggregate_update:
      return !is_client(observer) && observes == View::aggregate;
    case Need::global_models:
      return observes == View::global_models;
    case Need::crafted_updates:
      return crafts == Crafts::updates;
    case Need::crafted_parameters:
      return crafts == Crafts::parameters || crafts == Crafts::model;
    case Need::crafted_model:
      return crafts == Crafts::model;
    case Need::labels:
      return knows_labels;
    case Need::batch_size:
      return knows_batch_size;
    case Need::learning_rate:
      return knows_learning_rate;
    case Need::local_steps:
      return knows_local_steps;
    case Need::pipeline:
      return knows_pipeline;
    case Need::normalisation_statistics:
      return knows_normalisation_statistics;
    case Need::feature_bounds:
      return knows_feature_bounds && feature_bounds.has_value();
    case Need::data_statistics:
      return !feature_mean.empty() && !feature_deviation.empty();
    case Need::table_columns:
      return knows_table_columns;
    case Need::public_data:
      return knows_public_data;
  }
  return false;
}

void ThreatModel::require(Need need, std::string_view part) const {
  if (!grants(need)) {
    fail(ErrorKind::configuration, "{} needs {}, which the threat model denies to the {}", part, to_string(need),
         to_string(observer));
  }
}

void ThreatModel::require(std::span<const Need> needs, std::string_view part) const {
  for (const Need need : needs) require(need, part);
}

std::vector<std::pair<std::string, std::string>> ThreatModel::rows() const {
  const auto known = [](bool yes) { return std::string(yes ? "known" : "unknown"); };
  const std::string statistics = feature_mean.size() == 1
                                     ? fmt::format("{:g} +- {:g}", feature_mean[0], feature_deviation[0])
                                     : known(grants(Need::data_statistics));
  return {
      {"observer", std::string(to_string(observer))},
      {"sees", std::string(to_string(observes))},
      {"crafts", std::string(to_string(crafts))},
      {"model that was sent", "known"},
      {"update of a single client", grants(Need::individual_update) ? "seen" : "not seen"},
      {"number of examples", known(knows_batch_size)},
      {"labels", known(knows_labels)},
      {"learning rate", known(knows_learning_rate)},
      {"local steps", known(knows_local_steps)},
      {"update pipeline", known(knows_pipeline)},
      {"normalisation statistics", known(knows_normalisation_statistics)},
      {"feature bounds",
       feature_bounds ? fmt::format("[{:g}, {:g}]", feature_bounds->low, feature_bounds->high) : "unknown"},
      {"features are angles", features_are_angles ? "yes" : "no"},
      {"feature statistics", statistics},
      {"table columns", known(knows_table_columns)},
      {"public data", knows_public_data ? "known" : "unknown"},
  };
}

std::string ThreatModel::table() const {
  const auto all = rows();
  std::size_t width = 0;
  for (const auto& row : all) width = std::max(width, row.first.size());
  std::string text;
  for (const auto& [name, value] : all) text += fmt::format("{:<{}}  {}\n", name, width, value);
  return text;
}

}  // namespace tacit::attacks
