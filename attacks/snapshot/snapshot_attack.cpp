#include "attacks/snapshot/snapshot_attack.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "attacks/snapshot/product_inversion.h"
#include "attacks/snapshot/snapshot_matching.h"
#include "attacks/snapshot/snapshot_problem.h"
#include "attacks/snapshot/stacked_inverter.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;
using std::numbers::pi;

constexpr std::size_t most_label_choices = 64;
/// Relative residual of all rounds' gradients from which on they are not of one example.
constexpr double most_left_over = 0.3;

/// Every multiset of `count` labels, ascending within each.
std::vector<std::vector<std::int32_t>> label_choices(std::size_t classes, std::size_t count, const KnownLabels* known) {
  if (known != nullptr) {
    if (known->labels.size() != count)
      fail(ErrorKind::usage, "the snapshot attack on {} examples was given {} labels", count, known->labels.size());
    return {known->labels};
  }
  std::vector<std::vector<std::int32_t>> all{{}};
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<std::vector<std::int32_t>> longer;
    for (const auto& labels : all)
      for (std::int32_t next = labels.empty() ? 0 : labels.back(); next < static_cast<std::int32_t>(classes); ++next) {
        longer.push_back(labels);
        longer.back().push_back(next);
      }
    if (longer.size() > most_label_choices)
      fail(ErrorKind::configuration,
           "the snapshot attack tries every choice of labels, and {} examples have more than {}", count,
           most_label_choices);
    all = std::move(longer);
  }
  return all;
}

class Inverter {
 public:
  Inverter(SnapshotProblem& problem, const SnapshotSettings& settings, const AttackTask& task)
      : problem_(problem),
        settings_(settings),
        task_(task),
        matching_(problem.equations, *problem.map, problem.loss, problem.count) {}

  void with_labels(const std::vector<std::int32_t>& labels, std::vector<RestartRow>& rows) {
    targets_ = problem_.loss.targets_of(labels);
    labels_ = labels;
    const bool closed = problem_.count == 1 && problem_.map->product() != nullptr && by_branches(rows);
    if (!closed) by_search(rows);
  }

 private:
  /// False where some feature had no string of its own, so that a search should help.
  bool by_branches(std::vector<RestartRow>& rows) {
    bool complete = true;
    for (const std::vector<double>& snapshot : problem_.snapshots(targets_[0])) {
      task_.control.stop_if_cancelled();
      ProductInversion inversion;
      inversion.range = problem_.range;
      const InvertedProduct found = invert_product(*problem_.map->product(), problem_.equations, snapshot, inversion);
      complete &= found.without_own_strings.empty();
      for (const auto& inputs : found.inputs) add(rows, inputs, "branch", 0);
    }
    return complete;
  }

  void by_search(std::vector<RestartRow>& rows) {
    for (std::size_t restart = 0; restart < settings_.restarts; ++restart) {
      task_.control.stop_if_cancelled();
      RandomStream random({task_.control.seed, Purpose::attack_restart, task_.observation.round(),
                           static_cast<std::uint32_t>(restart)});
      std::vector<double> start(problem_.count * problem_.map->inputs());
      for (double& value : start) value = random.uniform(problem_.range.low, problem_.range.high);
      const auto fit = matching_.minimise(problem_.coordinates, targets_, start, SnapshotMatching::Weights::snapshot,
                                          settings_.iterations, problem_.walls());
      add(rows, fit.inputs, "search", fit.evaluations);
    }
  }

  void add(std::vector<RestartRow>& rows, std::vector<double> inputs, const char* how, std::size_t evaluations) {
    const auto start = Clock::now();
    RestartRow row;
    row.restart = rows.size();
    row.labels = labels_;
    row.evaluations = evaluations;
    row.first_score = score(inputs);
    if (settings_.refine) {
      const auto fit = matching_.minimise(problem_.coordinates, targets_, inputs, SnapshotMatching::Weights::gradient,
                                          settings_.iterations, problem_.walls());
      row.iterations = fit.iterations;
      row.evaluations += fit.evaluations;
      inputs = fit.inputs;
    }
    row.score = settings_.refine ? score(inputs) : row.first_score;
    if (!std::isfinite(row.score)) row.score = std::numeric_limits<double>::infinity();
    row.inputs = std::move(inputs);
    row.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    row.stopped = how;
    rows.push_back(std::move(row));
  }

  /// The relative residual of the whole gradient.
  double score(const std::vector<double>& inputs) {
    const std::vector<double> at = matching_.gradient(inputs, targets_);
    double sum = 0;
    for (std::size_t p = 0; p < at.size(); ++p) sum += std::pow(at[p] - problem_.gradient.values[p], 2);
    return std::sqrt(sum) / problem_.norm;
  }

  SnapshotProblem& problem_;
  const SnapshotSettings& settings_;
  const AttackTask& task_;
  SnapshotMatching matching_;
  std::vector<double> targets_;
  std::vector<std::int32_t> labels_;
};

/// Angles modulo 2 pi into the bounds, where one copy lies there.
void fold(std::vector<double>& inputs, const SnapshotProblem& problem, bool angles) {
  if (!angles || !problem.bounded) return;
  for (double& x : inputs) {
    const double folded = x - 2 * pi * std::floor((x - problem.range.low) / (2 * pi));
    if (folded <= problem.range.high) x = folded;
  }
}

std::string note_of(const SnapshotProblem& problem) {
  const SnapshotEquations& e = problem.equations;
  return fmt::format(
      "{} gradient components, a snapshot of {} strings of which {} unknowns can differ; rank {}, condition {:.3g}: "
      "{}.",
      e.parameters, e.dimension, e.unknowns, e.rank, e.condition,
      e.full_rank() ? "the snapshot is determined (weak breach)" : "the snapshot is determined in part only");
}

void choose_best(AttackResult& result, const SnapshotProblem& problem, const AttackTask& task) {
  for (RestartRow& row : result.rows) fold(row.inputs, problem, task.threat_model.features_are_angles);
  const auto best = std::min_element(result.rows.begin(), result.rows.end(),
                                     [](const RestartRow& a, const RestartRow& b) { return a.score < b.score; });
  result.chosen = static_cast<std::size_t>(best - result.rows.begin());
  result.inputs = best->inputs;
  result.labels = best->labels;
  result.score = best->score;
}

/// What all rounds together gave, or why they gave nothing.
struct Together {
  std::optional<AttackResult> result;
  std::string why_not;
};

Together attack_together(const AttackTask& task, const SnapshotSettings& settings) {
  if (task.count > 1) return {{}, "more than one example was asked for"};
  StackedInverter inverter(task, settings);
  const auto because = [&](const std::string& why) { return Together{{}, inverter.note() + ": " + why}; };
  if (const std::string obstacle = inverter.obstacle(); !obstacle.empty()) return because(obstacle);
  AttackResult result;
  result.notes = inverter.last().gradient.notes;
  result.notes.push_back(inverter.note() + ": the snapshot is determined (weak breach).");
  for (const auto& labels : label_choices(inverter.last().model.classes(), 1, task.labels))
    inverter.with_labels(labels, result.rows);
  if (result.rows.empty()) return because("no output fits");
  choose_best(result, inverter.last(), task);
  if (!(result.score < most_left_over))
    return because(fmt::format("they contradict one another, as other examples do (residual {:.2g})", result.score));
  return {std::move(result), ""};
}

}  // namespace

AttackResult SnapshotAttack::run(const AttackTask& task) const {
  if (task.count == 0) fail(ErrorKind::configuration, "the snapshot attack needs an example to reconstruct");
  Together together;
  if (settings_.stack_rounds && task.rounds.size() > 1) together = attack_together(task, settings_);
  if (together.result) return *std::move(together.result);
  SnapshotProblem problem(task.observation, task.threat_model, task.count, settings_.tolerance,
                          settings_.max_dimension);
  AttackResult result;
  result.notes = problem.gradient.notes;
  result.notes.push_back(note_of(problem));
  if (!together.why_not.empty())
    result.notes.push_back("Of several rounds the last was attacked alone: " + together.why_not + ".");
  Inverter inverter(problem, settings_, task);
  for (const auto& labels : label_choices(problem.model.classes(), task.count, task.labels))
    inverter.with_labels(labels, result.rows);
  if (result.rows.empty())
    fail(ErrorKind::data, "no output between the observable's limits fits this gradient: there is nothing to invert");
  choose_best(result, problem, task);
  return result;
}

std::unique_ptr<const Method> make_snapshot(ConfigTable file) {
  SnapshotSettings settings;
  settings.tolerance = file.number("tolerance", {1e-14, 1}, settings.tolerance);
  settings.restarts = static_cast<std::size_t>(file.integer("restarts", {1, 1'000'000}, 40));
  settings.iterations = static_cast<std::size_t>(file.integer("iterations", {1, 1'000'000}, 100));
  settings.max_dimension = static_cast<std::size_t>(file.integer("max_dimension", {1, 1'000'000}, 20'000));
  settings.stack_rounds = file.boolean("stack_rounds", true);
  settings.refine = file.boolean("refine", true);
  return std::make_unique<const SnapshotAttack>(settings);
}

}  // namespace tacit::attacks
