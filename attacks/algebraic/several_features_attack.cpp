#include "attacks/algebraic/several_features_attack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>

#include "attacks/algebraic/subdivision.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

/// The copies of a root within the bounds, or one copy if they are not known (null).
std::vector<std::vector<double>> inputs_of(const SubdivisionRoot& root, const std::vector<double>& bases,
                                           const Bounds* bounds) {
  constexpr std::size_t most_copies = 10'000;
  std::vector<std::vector<double>> all{{}};
  for (std::size_t j = 0; j < bases.size(); ++j) {
    const double period = 2 * std::numbers::pi / bases[j], first = root.u[j] / bases[j];
    std::vector<double> copies;
    if (bounds == nullptr) {
      copies.push_back(first);
    } else {
      const double slack = 1e-9 * std::max(bounds->width(), 1.0);
      if (!(bounds->width() / period <= static_cast<double>(most_copies)))
        fail(ErrorKind::configuration, "the bounds of feature {} hold more than {} periods", j, most_copies);
      for (double n = std::ceil((bounds->low - slack - first) / period); first + n * period <= bounds->high + slack;
           ++n)
        copies.push_back(first + n * period);
    }
    std::vector<std::vector<double>> longer;
    for (const auto& start : all)
      for (const double copy : copies) {
        longer.push_back(start);
        longer.back().push_back(copy);
      }
    if (longer.size() > most_copies)
      fail(ErrorKind::configuration, "the bounds hold more than {} copies of one solution", most_copies);
    all = std::move(longer);
  }
  return all;
}

}  // namespace

AttackResult solve_several_features(const AttackTask& task, const SeveralFeaturesOptions& options) {
  if (task.count != 1)
    fail(ErrorKind::configuration, "the algebraic inversion solves for one example, and the update is of {}",
         task.count);
  const ObservedGradient gradient =
      observed_gradient(task.observation, task.threat_model, true, "the algebraic inversion");
  for (std::size_t p = 0; p < gradient.values.size(); ++p)
    if (!std::isfinite(gradient.values[p]))
      fail(ErrorKind::data, "component {} of the gradient is {}: there is nothing to invert", p, gradient.values[p]);
  if (std::all_of(gradient.values.begin(), gradient.values.end(), [](double g) { return g == 0; }))
    fail(ErrorKind::data, "the gradient is zero everywhere: there is nothing to invert");
  if (task.labels != nullptr && task.labels->labels.size() != 1)
    fail(ErrorKind::usage, "the algebraic inversion of one example was given {} labels", task.labels->labels.size());
  const models::Model<double> model = observed_model(task.observation.run());
  const std::vector<double> theta(task.observation.model().values().begin(), task.observation.model().values().end());
  const Bounds* const bounds =
      task.threat_model.grants(Need::feature_bounds) ? &*task.threat_model.feature_bounds : nullptr;

  AttackResult result;
  result.notes = gradient.notes;
  std::vector<std::int32_t> labels;
  if (task.labels != nullptr) {
    labels = task.labels->labels;
  } else {
    for (std::size_t label = 0; label < model.classes(); ++label) labels.push_back(static_cast<std::int32_t>(label));
  }
  const BetweenSteps between_steps = [&] { task.control.stop_if_cancelled(); };
  for (const std::int32_t label : labels) {
    between_steps();
    const auto start = Clock::now();
    const SeveralFeatureSystem system(model, theta, model.targets_of(std::span(&label, 1)), gradient.values,
                                      options.max_terms);
    SubdivisionOptions subdivision;
    subdivision.tolerance = options.tolerance;
    subdivision.most_boxes = options.most_boxes;
    subdivision.between_steps = between_steps;
    const SubdivisionResult found = subdivide(system, subdivision);
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    std::size_t certified = 0;
    for (const SubdivisionRoot& root : found.roots) {
      certified += root.radius > 0 ? 1u : 0u;
      for (std::vector<double>& inputs : inputs_of(root, system.bases(), bounds)) {
        RestartRow row;
        row.restart = result.rows.size();
        row.labels = {label};
        row.inputs = std::move(inputs);
        row.score = row.first_score = root.residual;
        row.evaluations = system.evaluations();
        row.seconds = seconds;
        row.stopped = root.radius > 0 ? "certified root" : "double root";
        result.rows.push_back(std::move(row));
      }
    }
    result.notes.push_back(fmt::format(
        "Label {}: {} equations of degrees {}; {} solutions in a period, {} of them alone within a certified radius; "
        "{} boxes ({} circuit evaluations){}.",
        label, system.equations(), fmt::join(system.degrees(), ", "), found.roots.size(), certified, found.boxes,
        system.evaluations(),
        found.undecided == 0 ? ", and there are no others" : fmt::format(", {} of them undecided", found.undecided)));
  }
  if (result.rows.empty())
    fail(ErrorKind::data, "no input within the bounds has this gradient to the tolerance, with any label: {}",
         result.notes.back());
  const auto best = std::min_element(result.rows.begin(), result.rows.end(),
                                     [](const RestartRow& a, const RestartRow& b) { return a.score < b.score; });
  result.chosen = static_cast<std::size_t>(best - result.rows.begin());
  result.inputs = best->inputs;
  result.labels = best->labels;
  result.score = best->score;
  return result;
}

}  // namespace tacit::attacks
