#include "attacks/algebraic/algebraic_attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "attacks/algebraic/several_features_attack.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::int32_t> possible_labels(const models::Model<double>& model, const KnownLabels* known) {
  if (known != nullptr) {
    if (known->labels.size() != 1)
      fail(ErrorKind::usage, "the algebraic inversion of one example was given {} labels", known->labels.size());
    return known->labels;
  }
  std::vector<std::int32_t> labels(model.classes());
  for (std::size_t label = 0; label < labels.size(); ++label) labels[label] = static_cast<std::int32_t>(label);
  return labels;
}

RestartRow row_of(const AlgebraicSolution& solution, std::int32_t label, bool solved, std::size_t evaluations) {
  RestartRow row;
  row.labels = {label};
  row.inputs = {solution.input};
  row.score = row.first_score = solution.residual;
  row.evaluations = evaluations;
  row.stopped = !solved ? "no root of all components" : std::isfinite(solution.radius) ? "root" : "double root";
  return row;
}

std::string note_of(const AlgebraicInversion& inversion, std::int32_t label) {
  return fmt::format(
      "Label {}: {} equations of degree {}; one of them has {} roots, {} of them real, and all together have {} "
      "solutions in a period of {:.6g} and {} within the bounds ({} circuit evaluations).",
      label, inversion.equations, inversion.degree, inversion.complex_roots, inversion.real_roots,
      inversion.period_solutions, 2 * std::acos(-1.0) / inversion.base, inversion.solutions.size(),
      inversion.evaluations);
}

void choose(AttackResult& result) {
  const auto best = std::min_element(result.rows.begin(), result.rows.end(),
                                     [](const RestartRow& a, const RestartRow& b) { return a.score < b.score; });
  for (std::size_t index = 0; index < result.rows.size(); ++index) result.rows[index].restart = index;
  result.chosen = static_cast<std::size_t>(best - result.rows.begin());
  result.inputs = best->inputs;
  result.labels = best->labels;
  result.score = best->score;
}

}  // namespace

AttackResult solve_one_feature(const Observation& observation, const ThreatModel& threat_model,
                               AlgebraicOptions options, std::size_t count, const KnownLabels* labels,
                               const AttackControl& control) {
  if (count != 1)
    fail(ErrorKind::configuration, "the algebraic inversion solves for one example, and the update is of {}", count);
  const ObservedGradient gradient = observed_gradient(observation, threat_model, true, "the algebraic inversion");
  const models::Model<double> model = observed_model(observation.run());
  const std::vector<double> theta(observation.model().values().begin(), observation.model().values().end());
  if (threat_model.grants(Need::feature_bounds)) options.bounds = threat_model.feature_bounds;

  options.between_steps = [&] { control.stop_if_cancelled(); };

  AttackResult result;
  result.notes = gradient.notes;
  std::vector<RestartRow> closest;
  for (const std::int32_t label : possible_labels(model, labels)) {
    options.between_steps();
    const auto start = Clock::now();
    const AlgebraicInversion inversion =
        invert_one_feature(model, theta, model.targets_of(std::span(&label, 1)), gradient.values, options);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    for (const AlgebraicSolution& solution : inversion.solutions)
      result.rows.push_back(row_of(solution, label, true, inversion.evaluations));
    closest.push_back(row_of(inversion.closest, label, false, inversion.evaluations));
    for (RestartRow& row : result.rows)
      if (row.labels.front() == label) row.seconds = seconds;
    closest.back().seconds = seconds;
    result.notes.push_back(note_of(inversion, label));
  }
  if (result.rows.empty()) {
    result.rows = std::move(closest);
    result.notes.emplace_back("No input has this gradient to the tolerance; shown is the closest.");
  } else if (result.rows.size() > 1) {
    result.notes.push_back(
        fmt::format("{} inputs have this gradient to the tolerance: it does not tell them apart.", result.rows.size()));
  }
  choose(result);
  return result;
}

namespace {

class AlgebraicInversionMethod final : public Method {
 public:
  AlgebraicInversionMethod(AlgebraicOptions options, const SeveralFeaturesOptions& several)
      : options_(std::move(options)), several_(several) {}
  AttackResult run(const AttackTask& task) const override {
    const std::size_t features = element_count(task.observation.run().input_shape);
    if (features == 2 || features == 3) return solve_several_features(task, several_);
    return solve_one_feature(task.observation, task.threat_model, options_, task.count, task.labels, task.control);
  }

 private:
  AlgebraicOptions options_;
  SeveralFeaturesOptions several_;
};

}  // namespace

std::unique_ptr<const Method> make_algebraic(ConfigTable file) {
  AlgebraicOptions options;
  options.tolerance = file.number("tolerance", {1e-15, 1}, options.tolerance);
  options.max_degree = static_cast<std::size_t>(file.integer("max_degree", {1, 2000}, 400));
  SeveralFeaturesOptions several;
  several.tolerance = options.tolerance;
  several.max_terms = static_cast<std::size_t>(file.integer("max_terms", {1, 10'000'000}, 20'000));
  several.most_boxes = static_cast<std::size_t>(file.integer("most_boxes", {1, 1'000'000'000}, 200'000));
  return std::make_unique<const AlgebraicInversionMethod>(options, several);
}

}  // namespace tacit::attacks
