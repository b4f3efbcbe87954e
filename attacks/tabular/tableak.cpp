#include "attacks/tabular/tableak.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>

#include "attacks/label_rules/label_rule.h"
#include "attacks/matching_problem.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "attacks/solvers/solver.h"
#include "attacks/tabular/ensemble.h"
#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

constexpr const char* part = "the attack on tables";

struct Settings {
  std::size_t members = 30;
  std::vector<std::pair<std::size_t, std::size_t>> categories;
  std::shared_ptr<const Objective> objective;
  std::shared_ptr<const Solver> solver;
  std::shared_ptr<const LabelRule> label_rule;
};

class Ensemble {
 public:
  Ensemble(const AttackTask& task, const Settings& settings)
      : task_(task),
        settings_(settings),
        features_{task.observation.run().input_shape, task.threat_model.feature_bounds, false},
        model_(observed_model(task.observation.run())),
        theta_(task.observation.model().values().begin(), task.observation.model().values().end()),
        columns_(settings.categories, features_.size()),
        table_(columns_, *features_.bounds),
        gradient_(observed_gradient(task.observation, task.threat_model, !settings.objective->scale_free(), part)),
        labels_(labels()) {}

  AttackResult run() {
    AttackResult result;
    result.notes = gradient_.notes;
    result.rows.resize(settings_.members);
    const auto member = [&](std::size_t index) { result.rows[index] = run_member(index); };
    if (task_.control.pool != nullptr) {
      task_.control.pool->for_each(settings_.members, member);
    } else {
      for (std::size_t index = 0; index < settings_.members; ++index) member(index);
    }
    result.rows.push_back(pool(result.rows));
    result.chosen = result.rows.size() - 1;
    result.inputs = result.rows.back().inputs;
    result.labels = labels_;
    result.score = result.rows.back().score;
    return result;
  }

 private:
  std::vector<std::int32_t> labels() const {
    const bool is_change = task_.observation.kind() == UpdateKind::delta;
    const LabelGuess guess = settings_.label_rule->guess({.gradient = gradient_.values,
                                                          .last_layer = last_linear_layer(model_),
                                                          .loss = model_.loss(),
                                                          .classes = model_.classes(),
                                                          .count = task_.count,
                                                          .known = task_.labels,
                                                          .model = &model_,
                                                          .theta = theta_,
                                                          .has_scale = !is_change || gradient_.change_scale > 0,
                                                          .change_scale = gradient_.change_scale,
                                                          .bounds = features_.bounds});
    if (guess.joint)
      fail(ErrorKind::configuration, "{} pools rows by their labels, which label rule 'joint' leaves open", part);
    return guess.candidates.front();
  }

  MatchingProblem problem() const {
    const MatchingTarget target{&model_, theta_,    gradient_.values, settings_.objective.get(),
                                {},      features_, task_.count};
    return MatchingProblem(target, model_.targets_of(labels_));
  }

  RestartRow run_member(std::size_t index) {
    const auto start_time = std::chrono::steady_clock::now();
    MatchingProblem matching = problem();
    std::vector<double> rows(matching.variables()), row_gradient(matching.variables());
    MinimizationProblem soft;
    soft.evaluate = [&](std::span<const double> variables, std::span<double> gradient) {
      table_.rows(variables, rows);
      const double value = matching.evaluate(rows, row_gradient);
      table_.pull_back(rows, row_gradient, gradient);
      return value;
    };
    RandomStream random(
        {task_.control.seed, Purpose::attack_restart, task_.observation.round(), static_cast<std::uint32_t>(index)});
    std::vector<double> start(rows.size());
    for (double& value : start) value = random.normal();
    RestartRow row;
    table_.rows(start, rows);
    row.first_score = matching.score(rows);
    const Minimum minimum = settings_.solver->minimize(soft, start, watch(index));
    task_.control.stop_if_cancelled();
    table_.rows(minimum.x, rows);
    row.restart = index;
    row.inputs = rows;
    row.labels = labels_;
    row.score = matching.score(rows);
    if (!std::isfinite(row.score)) row.score = std::numeric_limits<double>::infinity();
    row.iterations = minimum.iterations;
    row.evaluations = minimum.evaluations;
    row.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start_time).count();
    row.stopped = to_string(minimum.reason);
    return row;
  }

  RestartRow pool(const std::vector<RestartRow>& members) const {
    const auto best = std::min_element(members.begin(), members.end(),
                                       [](const auto& a, const auto& b) { return a.score < b.score; });
    std::vector<std::vector<double>> aligned;
    for (const RestartRow& member : members)
      aligned.push_back(aligned_rows(member.inputs, best->inputs, labels_, features_.size()));
    RestartRow row;
    row.restart = members.size();
    row.inputs = pooled_rows(aligned, columns_);
    row.labels = labels_;
    row.first_score = best->score;
    row.score = problem().score(row.inputs);
    row.stopped = "pooled";
    return row;
  }

  SolverWatch watch(std::size_t index) {
    SolverWatch watch;
    if (task_.control.progress) {
      watch.progress = [this, index](std::size_t iteration, double value) {
        const std::lock_guard lock(progress_mutex_);
        task_.control.progress({index, settings_.members, iteration, settings_.solver->max_iterations(), value});
      };
    }
    watch.should_stop = task_.control.cancelled;
    return watch;
  }

  const AttackTask& task_;
  const Settings& settings_;
  Features features_;
  models::Model<double> model_;
  std::vector<double> theta_;
  TableColumns columns_;
  SoftTable table_;
  ObservedGradient gradient_;
  std::vector<std::int32_t> labels_;
  std::mutex progress_mutex_;
};

class Tableak final : public Method {
 public:
  explicit Tableak(Settings settings) : settings_(std::move(settings)) {}
  bool searches() const noexcept override { return true; }

  AttackResult run(const AttackTask& task) const override {
    for (const Need need : {Need::table_columns, Need::feature_bounds}) task.threat_model.require(need, part);
    task.threat_model.require(settings_.objective->needs(), "the objective");
    task.threat_model.require(settings_.solver->needs(), "the solver");
    task.threat_model.require(settings_.label_rule->needs(), "the label rule");
    return Ensemble(task, settings_).run();
  }

 private:
  Settings settings_;
};

}  // namespace

std::unique_ptr<const Method> make_tableak(ConfigTable file) {
  Settings settings;
  settings.members = static_cast<std::size_t>(file.integer("members", {1, 100'000}, 30));
  settings.categories = categories_from_config(file);
  settings.objective = make_objective(file.table("objective"));
  settings.solver = make_solver(file.table("solver"));
  settings.label_rule = make_label_rule(file.table("labels"));
  return std::make_unique<const Tableak>(std::move(settings));
}

}  // namespace tacit::attacks
