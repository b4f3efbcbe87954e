#include "attacks/threat_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr std::pair<Observer, std::string_view> observers[] = {
    {Observer::honest_but_curious_coordinator, "honest_but_curious_coordinator"},
    {Observer::eavesdropper, "eavesdropper"},
    {Observer::member, "member"},
};

constexpr std::pair<Need, std::string_view> needs[] = {
    {Need::individual_update, "the update of a single client"},
    {Need::labels, "the labels of the examples"},
    {Need::batch_size, "the number of examples in the update"},
    {Need::learning_rate, "the learning rate of local training"},
    {Need::local_steps, "the number of local steps"},
    {Need::feature_bounds, "the bounds of the features"},
};

}  // namespace

std::string_view to_string(Observer observer) noexcept {
  for (const auto& [value, name] : observers) {
    if (value == observer) return name;
  }
  return "unknown";
}

std::string_view to_string(Need need) noexcept {
  for (const auto& [value, name] : needs) {
    if (value == need) return name;
  }
  return "unknown";
}

ThreatModel ThreatModel::from_config(ConfigTable section) {
  ThreatModel model;
  std::vector<std::string> names;
  for (const auto& [value, name] : observers) names.emplace_back(name);
  const std::string chosen = section.choice("observer", names, std::string(to_string(model.observer)));
  for (const auto& [value, name] : observers) {
    if (name == chosen) model.observer = value;
  }
  model.knows_labels = section.boolean("knows_labels", model.knows_labels);
  model.knows_batch_size = section.boolean("knows_batch_size", model.knows_batch_size);
  model.knows_learning_rate = section.boolean("knows_learning_rate", model.knows_learning_rate);
  model.knows_local_steps = section.boolean("knows_local_steps", model.knows_local_steps);
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
      return observer != Observer::member;
    case Need::labels:
      return knows_labels;
    case Need::batch_size:
      return knows_batch_size;
    case Need::learning_rate:
      return knows_learning_rate;
    case Need::local_steps:
      return knows_local_steps;
    case Need::feature_bounds:
      return knows_feature_bounds && feature_bounds.has_value();
  }
  return false;
}

void ThreatModel::require(Need need, std::string_view part) const {
  if (!grants(need)) {
    fail(ErrorKind::configuration, "{} needs {}, which the threat model denies to the {}", part, to_string(need),
         to_string(observer));
  }
}

std::vector<std::pair<std::string, std::string>> ThreatModel::rows() const {
  const auto known = [](bool yes) { return std::string(yes ? "known" : "unknown"); };
  return {
      {"observer", std::string(to_string(observer))},
      {"model that was sent", "known"},
      {"update of a single client", grants(Need::individual_update) ? "seen" : "not seen"},
      {"number of examples", known(knows_batch_size)},
      {"labels", known(knows_labels)},
      {"learning rate", known(knows_learning_rate)},
      {"local steps", known(knows_local_steps)},
      {"feature bounds",
       feature_bounds ? fmt::format("[{:g}, {:g}]", feature_bounds->low, feature_bounds->high) : "unknown"},
      {"features are angles", features_are_angles ? "yes" : "no"},
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
