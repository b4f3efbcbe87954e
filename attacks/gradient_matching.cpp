#include "attacks/gradient_matching.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>

#include "attacks/matching_problem.h"
#include "attacks/observed_gradient.h"
#include "attacks/observed_model.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void require_all(const ThreatModel& threat_model, const std::vector<Need>& needs, std::string_view part) {
  for (const Need need : needs) threat_model.require(need, part);
}

/// One gradient-matching attack: what all its runs share.
class Campaign {
 public:
  Campaign(const Observation& observation, const ThreatModel& threat_model, const MatchingSettings& settings,
           std::size_t count, const AttackControl& control)
      : observation_(observation),
        settings_(settings),
        control_(control),
        count_(count),
        features_{observation.run().input_shape, threat_model.feature_bounds, threat_model.features_are_angles},
        model_(observed_model(observation.run())),
        theta_(observation.model().values().begin(), observation.model().values().end()) {
    require_all(threat_model, settings.initialiser->needs(), "the initialiser");
    require_all(threat_model, settings.label_rule->needs(), "the label rule");
    for (const auto& prior : settings.priors) {
      require_all(threat_model, prior->needs(), "a prior");
      prior->check(features_);
    }
    if (settings.project && !features_.angles) threat_model.require(Need::feature_bounds, "project = true");
    gradient_ =
        observed_gradient(observation, threat_model, !settings.objective->scale_free(), "the gradient objective");
  }

  AttackResult run(const KnownLabels* labels) {
    const LabelGuess guess = settings_.label_rule->guess(
        {gradient_.values, last_linear_layer(model_), model_.loss(), model_.classes(), count_, labels});
    const std::size_t candidates = guess.joint ? 1 : guess.candidates.size();
    AttackResult result;
    result.notes = gradient_.notes;
    result.rows.resize(candidates * settings_.restarts);
    runs_ = result.rows.size();
    const auto one_run = [&](std::size_t index) {
      const std::size_t restart = index % settings_.restarts;
      result.rows[index] =
          run_from(index, restart, guess.joint ? nullptr : &guess.candidates[index / settings_.restarts]);
    };
    if (control_.pool != nullptr) {
      control_.pool->for_each(runs_, one_run);
    } else {
      for (std::size_t index = 0; index < runs_; ++index) one_run(index);
    }
    const auto best = std::min_element(result.rows.begin(), result.rows.end(),
                                       [](const RestartRow& a, const RestartRow& b) { return a.score < b.score; });
    result.chosen = static_cast<std::size_t>(best - result.rows.begin());
    result.inputs = best->inputs;
    result.labels = best->labels;
    result.score = best->score;
    std::vector<double> unused(gradient_.values.size());
    result.zero_score = settings_.objective->evaluate(std::vector<double>(unused.size()), gradient_.values, unused);
    if (ran_out_of_time_) result.notes.emplace_back("The time limit ended runs before their solver did.");
    return result;
  }

 private:
  MatchingTarget target() const {
    MatchingTarget target{&model_, theta_, gradient_.values, settings_.objective.get(), {}, features_, count_};
    for (const auto& prior : settings_.priors) target.priors.push_back(prior.get());
    return target;
  }

  /// Inputs by the initialiser, label logits standard normal as in the code of DLG.
  std::vector<double> starting_point(const MatchingProblem& problem, std::size_t restart) const {
    RandomStream random(
        {control_.seed, Purpose::attack_restart, observation_.round(), static_cast<std::uint32_t>(restart)});
    std::vector<double> start(problem.variables());
    const std::size_t size = features_.size();
    for (std::size_t i = 0; i < count_; ++i) {
      settings_.initialiser->fill(features_, random, std::span(start).subspan(i * size, size));
    }
    for (std::size_t i = problem.input_variables(); i < start.size(); ++i) start[i] = random.normal();
    return start;
  }

  RestartRow run_from(std::size_t index, std::size_t restart, const std::vector<std::int32_t>* labels) {
    const auto start_time = Clock::now();
    MatchingProblem problem(target(), labels != nullptr ? model_.targets_of(*labels) : std::vector<double>());
    const std::vector<double> start = starting_point(problem, restart);
    const double first_score = problem.score(start);
    const Minimum minimum = settings_.solver->minimize(to_minimise(problem), start, watch(index));
    if (control_.cancelled && control_.cancelled()) fail(ErrorKind::interrupted, "the attack was cancelled");

    RestartRow row;
    row.restart = restart;
    row.inputs.assign(minimum.x.begin(), minimum.x.begin() + static_cast<std::ptrdiff_t>(problem.input_variables()));
    row.labels = labels != nullptr ? *labels : labels_of(problem.targets(minimum.x));
    row.first_score = first_score;
    row.score = problem.score(minimum.x);
    if (!std::isfinite(row.score)) row.score = std::numeric_limits<double>::infinity();
    row.iterations = minimum.iterations;
    row.evaluations = minimum.evaluations;
    row.seconds = seconds_since(start_time);
    row.stopped = to_string(minimum.reason);
    return row;
  }

  std::vector<std::int32_t> labels_of(std::span<const double> targets) const {
    std::vector<std::int32_t> labels(count_);
    const std::size_t size = model_.target_size();
    for (std::size_t i = 0; i < count_; ++i) labels[i] = model_.label_of(targets.subspan(i * size, size));
    return labels;
  }

  MinimizationProblem to_minimise(MatchingProblem& problem) const {
    MinimizationProblem result;
    result.evaluate = [&problem](std::span<const double> x, std::span<double> g) { return problem.evaluate(x, g); };
    if (settings_.project && !features_.angles) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      result.low.assign(problem.variables(), -infinity);
      result.high.assign(problem.variables(), infinity);
      std::fill_n(result.low.begin(), problem.input_variables(), features_.bounds->low);
      std::fill_n(result.high.begin(), problem.input_variables(), features_.bounds->high);
    }
    return result;
  }

  SolverWatch watch(std::size_t index) {
    SolverWatch watch;
    if (control_.progress) {
      watch.progress = [this, index](std::size_t iteration, double value) {
        const std::lock_guard lock(progress_mutex_);
        control_.progress({index, runs_, iteration, settings_.solver->max_iterations(), value});
      };
    }
    watch.should_stop = [this] {
      if (control_.cancelled && control_.cancelled()) return true;
      if (settings_.seconds <= 0 || seconds_since(started_) < settings_.seconds) return false;
      ran_out_of_time_ = true;
      return true;
    };
    return watch;
  }

  const Observation& observation_;
  const MatchingSettings& settings_;
  const AttackControl& control_;
  std::size_t count_;
  std::size_t runs_ = 0;
  Features features_;
  models::Model<double> model_;
  std::vector<double> theta_;
  ObservedGradient gradient_;
  const Clock::time_point started_ = Clock::now();
  std::mutex progress_mutex_;
  std::atomic<bool> ran_out_of_time_ = false;
};

}  // namespace

AttackResult GradientMatching::run(const AttackTask& task) const {
  return Campaign(task.observation, task.threat_model, settings_, task.count, task.control).run(task.labels);
}

std::unique_ptr<const Method> make_gradient_matching(ConfigTable file) {
  MatchingSettings settings;
  settings.objective = make_objective(file.table("objective"));
  settings.solver = make_solver(file.table("solver"));
  settings.initialiser = make_initialiser(file.table("initialiser"));
  settings.label_rule = make_label_rule(file.table("labels"));
  for (const ConfigTable& section : file.tables("priors")) settings.priors.push_back(make_prior(section));
  settings.restarts = static_cast<std::size_t>(file.integer("restarts", {1, 1'000'000}, 1));
  settings.project = file.boolean("project", false);
  settings.seconds = file.number("seconds", {0, 1e9}, 0.0);
  return std::make_unique<const GradientMatching>(std::move(settings));
}

}  // namespace tacit::attacks
