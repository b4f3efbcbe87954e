#include "evaluation/sweep/trial_log.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "attacks/rows/raw_rows_csv.h"
#include "core/error.h"

namespace tacit::evaluation {
namespace {

using Json = nlohmann::ordered_json;

/// Outcomes are those of the day when they are shown; any thresholds do here.
constexpr attacks::OutcomeThresholds any_thresholds{};

/// JSON has no infinity: what is not finite is null.
Json json_of(const std::vector<std::vector<double>>& examples) {
  Json list = Json::array();
  for (const std::vector<double>& example : examples) {
    Json& values = list.emplace_back(Json::array());
    // A picture needs no more digits.
    for (const double value : example) values.push_back(static_cast<float>(value));
  }
  return list;
}

std::vector<std::vector<double>> examples_of(const Json& list) {
  std::vector<std::vector<double>> examples;
  for (const Json& values : list) {
    std::vector<double>& example = examples.emplace_back();
    for (const Json& value : values) example.push_back(value.is_null() ? std::nan("") : value.get<double>());
  }
  return examples;
}

}  // namespace

TrialLog::TrialLog(const std::filesystem::path& folder)
    : file_(folder / "trials.jsonl"),
      log_(file_, [this](const std::string& line, std::size_t number) { take(line, number); }) {}

void TrialLog::take(const std::string& line, std::size_t number) {
  const std::string place = fmt::format("{}:{}", file_.string(), number);
  try {
    const Json object = Json::parse(line);
    if (object.contains("training")) {
      TrainingEntry entry{object.at("rounds"), {}};
      if (!object.at("test_accuracy").is_null()) entry.test_accuracy = object.at("test_accuracy").get<double>();
      trainings_[object.at("training")] = entry;
      return;
    }
    TrialEntry entry;
    for (const Json& row : object.at("rows"))
      entry.rows.push_back(attacks::parse_raw_row_fields(row.get<std::string>(), place));
    if (object.contains("pictures")) {
      const Json& shown = object.at("pictures");
      entry.pictures = TrialPictures{examples_of(shown.at("truth")), examples_of(shown.at("found")),
                                     examples_of(shown.at("on_noise"))};
    }
    if (object.contains("slices")) {
      const Json& slices = object.at("slices");
      entry.slices = TrialSlices{slices.at("truth").get<std::vector<double>>(), examples_of(slices.at("x")),
                                 examples_of(slices.at("y"))};
    }
    if (object.contains("found")) entry.found = examples_of(Json::array({object.at("found")})).front();
    trials_[{object.at("cell"), object.at("trial")}] = std::move(entry);
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::data, "{}: is no line of a log of trials: {}", place, error.what());
  }
}

const TrainingEntry* TrialLog::training(const std::string& target) const {
  const auto found = trainings_.find(target);
  return found == trainings_.end() ? nullptr : &found->second;
}

void TrialLog::add(const std::string& cell, std::size_t trial, TrialEntry entry) {
  Json object{{"cell", cell}, {"trial", trial}, {"rows", Json::array()}};
  for (const attacks::RawRow& row : entry.rows) object["rows"].push_back(raw_row_fields(row, any_thresholds));
  if (entry.pictures)
    object["pictures"] = {{"truth", json_of(entry.pictures->truth)},
                          {"found", json_of(entry.pictures->found)},
                          {"on_noise", json_of(entry.pictures->on_noise)}};
  if (entry.slices)
    object["slices"] = {
        {"truth", entry.slices->truth}, {"x", json_of(entry.slices->x)}, {"y", json_of(entry.slices->y)}};
  if (entry.found) object["found"] = json_of({*entry.found}).front();
  log_.append(object.dump(-1, ' ', false, Json::error_handler_t::replace));
  trials_[{cell, trial}] = std::move(entry);
}

void TrialLog::add_training(const std::string& target, TrainingEntry entry) {
  const Json object{{"training", target},
                    {"rounds", entry.rounds},
                    {"test_accuracy", entry.test_accuracy ? Json(*entry.test_accuracy) : Json()}};
  log_.append(object.dump());
  trainings_[target] = entry;
}

}  // namespace tacit::evaluation
