#include "simulation/scenario_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/baselines.h"
#include "attacks/metrics/image_error.h"
#include "attacks/rows/scored_rows.h"
#include "simulation/example_picture.h"

namespace tacit::simulation {
namespace {

using attacks::report::Quality;
using attacks::report::ResultRow;

Quality quality_of(const attacks::ExampleScore& score, bool angles) {
  Quality quality;
  quality.mse = score.mse;
  quality.psnr_db = score.psnr;
  quality.ssim = score.ssim;
  if (angles) quality.circular_distance = score.largest_error;
  return quality;
}

/// The mean of a measure over all examples that have it and did not diverge; `pick` chooses the measure.
template <class Pick>
std::optional<double> mean_of(const std::vector<Quality>& examples, Pick pick) {
  double sum = 0;
  std::size_t count = 0;
  for (const Quality& quality : examples)
    if (const std::optional<double>& value = pick(quality); value && std::isfinite(*value)) sum += *value, ++count;
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

/// Infinite only if every example is exact; among others an exact one counts as the cap of the metric.
std::optional<double> mean_psnr(const std::vector<Quality>& examples) {
  const auto exact = [](const Quality& q) { return q.psnr_db && std::isinf(*q.psnr_db); };
  if (std::all_of(examples.begin(), examples.end(), exact)) return std::numeric_limits<double>::infinity();
  return mean_of(examples, [](const Quality& q) {
    return q.psnr_db ? std::optional(std::min(*q.psnr_db, attacks::exact_psnr)) : q.psnr_db;
  });
}

/// Means and the best example of a row whose examples are complete.
void summarise(ResultRow& row) {
  if (row.examples.empty()) return;
  row.mean.mse = mean_of(row.examples, [](const Quality& q) { return q.mse; });
  row.mean.psnr_db = mean_psnr(row.examples);
  row.mean.ssim = mean_of(row.examples, [](const Quality& q) { return q.ssim; });
  row.mean.circular_distance = mean_of(row.examples, [](const Quality& q) { return q.circular_distance; });
  row.best = *std::min_element(row.examples.begin(), row.examples.end(), [](const Quality& a, const Quality& b) {
    return a.mse.value_or(std::numeric_limits<double>::infinity()) <
           b.mse.value_or(std::numeric_limits<double>::infinity());
  });
}

void append_sentence(std::string& text, const std::string& sentence) {
  if (text.find(sentence) != std::string::npos) return;
  if (!text.empty()) text += " ";
  text += sentence;
}

}  // namespace

ScenarioReport::ScenarioReport(const Scenario& scenario, attacks::Features features, const Truth& truth)
    : scenario_(scenario), features_(std::move(features)), truth_(truth) {
  for (const attacks::Observation& observation : scenario.observations) {
    truths_.push_back(truth.of_update(observation.round(), observation.client()));
    first_row_.push_back(result_.pictures.size());
    for (std::size_t i = 0; i < examples_of(truths_.back()) && result_.pictures.size() < scenario.pictures; ++i) {
      const auto original = std::span(truths_.back().inputs).subspan(i * features_.size(), features_.size());
      if (auto shown = example_picture(original, features_, "original"))
        result_.pictures.push_back(
            {fmt::format("{}, round {}, {}", observation.client(), observation.round(), name_of(truths_.back(), i)),
             {std::move(*shown)}});
    }
  }
}

std::size_t ScenarioReport::examples_of(const attacks::GroundTruth& truth) const {
  return truth.inputs.size() / features_.size();
}

std::string ScenarioReport::name_of(const attacks::GroundTruth& truth, std::size_t example) const {
  // Real-valued targets are no labels.
  return truth.labels.empty() ? fmt::format("example {}", example + 1) : fmt::format("label {}", truth.labels[example]);
}

void ScenarioReport::add_pictures(std::size_t observation, const std::vector<double>& inputs,
                                  const attacks::Score& score, const std::string& caption) {
  for (const attacks::ExampleScore& example : score.examples) {
    const std::size_t row = first_row_[observation] + example.truth;
    const std::size_t end = observation + 1 < first_row_.size() ? first_row_[observation + 1] : result_.pictures.size();
    if (row >= end) continue;
    auto shown = example_picture(std::span(inputs).subspan(example.reconstruction * features_.size(), features_.size()),
                                 features_, caption);
    if (shown) result_.pictures[row].pictures.push_back(std::move(*shown));
  }
}

void ScenarioReport::add_score(const attacks::Score& score, ResultRow& row) const {
  for (const attacks::ExampleScore& example : score.examples)
    row.examples.push_back(quality_of(example, features_.angles));
}

ResultRow ScenarioReport::row_of(const attacks::AttackSettings& settings, std::span<const Trial> trials,
                                 const std::string& caption) {
  ResultRow row;
  row.name = caption;
  row.source = settings.paper;
  row.scenario = scenario_.description;
  std::uint64_t restarts = 0, iterations = 0;
  double seconds = 0, label_accuracy = 0;
  std::size_t done = 0, labelled = 0;
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (!trials[i].result) {
      append_sentence(row.note, "Not run: " + trials[i].refusal + ".");
      continue;
    }
    const attacks::AttackResult& result = *trials[i].result;
    const attacks::Score score = attacks::score(result, truths_[i], features_);
    add_score(score, row);
    add_pictures(i, result.inputs, score, caption);
    for (const attacks::RestartRow& run : result.rows) ++restarts, iterations += run.iterations;
    if (!result.labels.empty()) label_accuracy += score.label_accuracy, ++labelled;
    for (const std::string& note : result.notes) append_sentence(row.note, note);
    seconds += result.seconds;
    ++done;
  }
  summarise(row);
  const auto diverged = std::count_if(row.examples.begin(), row.examples.end(),
                                      [](const Quality& quality) { return !std::isfinite(quality.mse.value_or(0)); });
  if (diverged > 0)
    append_sentence(row.note, fmt::format("{} of {} reconstructions are not finite and left out of the means.",
                                          diverged, row.examples.size()));
  if (labelled > 0) row.label_accuracy = label_accuracy / static_cast<double>(labelled);
  if (done > 0) {
    row.seconds = seconds;
    if (settings.method->searches()) row.restarts = restarts, row.iterations = iterations;
  }
  return row;
}

void ScenarioReport::add_raw_row(attacks::RawRow row, std::size_t observation, attacks::Seen seen) {
  const attacks::Observation& seen_update = scenario_.observations[observation];
  row.observation = fmt::format("{}, round {}", seen_update.client(), seen_update.round());
  row.seen = seen;
  result_.raw_rows.push_back(std::move(row));
}

void ScenarioReport::add_raw_rows(const attacks::AttackSettings& settings, std::span<const Trial> trials,
                                  attacks::Seen seen) {
  for (std::size_t i = 0; i < trials.size(); ++i) {
    if (trials[i].result)
      for (attacks::RawRow& row :
           attacks::scored_rows(*trials[i].result, settings.method->searches(), {truths_[i], features_}))
        add_raw_row(std::move(row), i, seen);
    else
      add_raw_row(attacks::refused_row(settings.name, trials[i].refusal, truths_[i], features_), i, seen);
  }
}

void ScenarioReport::add_attack(const attacks::AttackSettings& settings, std::span<const Trial> trials) {
  add_raw_rows(settings, trials, attacks::Seen::update);
  result_.attacks.push_back(row_of(settings, trials, settings.name));
}

void ScenarioReport::add_noise_control(const attacks::AttackSettings& settings, std::span<const Trial> trials) {
  const bool ran =
      std::any_of(trials.begin(), trials.end(), [](const Trial& trial) { return trial.result.has_value(); });
  if (!ran) return;  // the attack's own row says why
  add_raw_rows(settings, trials, attacks::Seen::noise);
  ResultRow row = row_of(settings, trials, settings.name + " on noise");
  row.source.clear();
  row.note = "The same attack on a random gradient of equal norm: what it shows is the attack's prior.";
  result_.baselines.push_back(std::move(row));
}

void ScenarioReport::add_baseline(const std::string& name, const std::vector<double>& example) {
  ResultRow row;
  row.name = name;
  row.scenario = scenario_.description;
  for (std::size_t i = 0; i < truths_.size(); ++i) {
    const std::size_t count = examples_of(truths_[i]);
    std::vector<double> inputs;
    for (std::size_t k = 0; k < count; ++k) inputs.insert(inputs.end(), example.begin(), example.end());
    const attacks::Score score = attacks::score(inputs, {}, truths_[i], features_);
    add_score(score, row);
    add_pictures(i, inputs, score, name);
    add_raw_row(attacks::scored_guess(name, example, {truths_[i], features_}), i, attacks::Seen::nothing);
  }
  summarise(row);
  result_.baselines.push_back(std::move(row));
}

void ScenarioReport::add_baselines_without_gradient() {
  const bool images = attacks::image_shape(features_.shape).has_value();
  if (features_.bounds)
    add_baseline(images ? "grey image" : "middle of the bounds", attacks::grey_baseline(features_, 1));
  add_baseline(images ? "mean image" : "mean example", attacks::mean_baseline(truth_.mean_example(), 1));
}

}  // namespace tacit::simulation
