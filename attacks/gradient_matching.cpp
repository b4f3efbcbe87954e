#include "attacks/gradient_matching.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <mutex>
#include <optional>

#include "attacks/lanes/side_by_side.h"
#include "attacks/local_run/epoch_copies.h"
#include "attacks/matched_rounds.h"
#include "attacks/matching_problem.h"
#include "attacks/noisy_circuit.h"
#include "attacks/observed_model.h"
#include "attacks/several_rounds.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// One gradient-matching attack: what all its runs share.
class Campaign {
 public:
  /// Of several rounds the last one first.
  Campaign(const std::vector<const Observation*>& rounds, const ThreatModel& threat_model,
           const MatchingSettings& settings, std::size_t count, const AttackControl& control)
      : observation_(*rounds.front()),
        settings_(settings),
        control_(control),
        count_(count),
        features_{observation_.run().input_shape, threat_model.feature_bounds, threat_model.features_are_angles},
        model_(observed_model(observation_.run())) {
    threat_model.require(settings.objective->needs(), "the objective");
    threat_model.require(settings.solver->needs(), "the solver");
    threat_model.require(settings.initialiser->needs(), "the initialiser");
    threat_model.require(settings.label_rule->needs(), "the label rule");
    for (const auto& prior : settings.priors) {
      threat_model.require(prior->needs(), "a prior");
      prior->check(features_);
    }
    if (settings.group && settings.local_training && settings.local_training->copies_epochs)
      fail(ErrorKind::configuration, "a [group] draws examples together, of which order = \"free\" has several copies");
    if (settings.group) threat_model.require(settings.group->solver->needs(), "the solver of the group");
    if (settings.circuit_noise) threat_model.require(Need::pipeline, "circuit_noise = \"declared\"");
    if (settings.project && !features_.angles) threat_model.require(Need::feature_bounds, "project = true");
    seen_ = MatchedRounds::read(rounds, threat_model, settings, count, control.seed);
    AdaptedObjective adapted = settings.objective->adapted_to(model_, seen_.updates, count);
    adapted_ = std::move(adapted.objective);
    for (std::string& note : adapted.notes) seen_.gradient.notes.push_back(std::move(note));
  }

  AttackResult run(const KnownLabels* labels) {
    if (settings_.single_precision) single_.emplace(single_target());
    const std::vector<double> mean = seen_.mean_gradient();
    const LabelGuess guess = settings_.label_rule->guess(label_evidence(mean, labels));
    if (settings_.group && guess.joint)
      fail(ErrorKind::configuration,
           "a [group] draws runs together whose labels are fixed, and this label rule searches for labels with the "
           "inputs");
    if (copies() > 1 && guess.joint)
      fail(ErrorKind::configuration,
           "order = \"free\" ties copies of examples by their labels, and this label rule searches for labels with the "
           "inputs");
    const std::size_t candidates = guess.joint ? 1 : guess.candidates.size();
    AttackResult result;
    result.notes = seen_.gradient.notes;
    result.rows.resize(candidates * settings_.restarts);
    runs_ = result.rows.size();
    run_all([&](std::size_t index, ModelPasses<double>* passes, const double* seconds) {
      result.rows[index] =
          run_from(index, guess.joint ? nullptr : &guess.candidates[index / settings_.restarts], passes);
      if (seconds != nullptr) result.rows[index].seconds = *seconds;
    });
    if (settings_.group) draw_together(result.rows);
    const auto best = std::min_element(result.rows.begin(), result.rows.end(),
                                       [](const RestartRow& a, const RestartRow& b) { return a.score < b.score; });
    result.chosen = static_cast<std::size_t>(best - result.rows.begin());
    result.inputs = best->inputs;
    result.labels = best->labels;
    result.score = best->score;
    std::vector<double> unused(seen_.gradient.values.size());
    result.zero_score = objective().evaluate(std::vector<double>(unused.size()), seen_.gradient.values, unused);
    if (ran_out_of_time_) result.notes.emplace_back("The time limit ended runs before their solver did.");
    return result;
  }

 private:
  using Run = std::function<void(std::size_t index, ModelPasses<double>* passes, const double* seconds)>;

  /// Runs in lanes where the model gains from them, else one after another; in each case on all threads there are.
  void run_all(const Run& run) {
    if (single_ || !seen_.local_runs.empty() || settings_.circuit_noise || seen_.thetas.size() > 1 ||
        !gains_from_lanes(model_)) {
      for_each(runs_, [&](std::size_t index) { run(index, nullptr, nullptr); });
      return;
    }
    constexpr std::size_t most_lanes = 64;
    const std::size_t threads = control_.pool != nullptr ? control_.pool->size() + 1 : 1;
    const std::size_t lanes = std::clamp<std::size_t>((runs_ + threads - 1) / threads, 1, most_lanes);
    std::atomic<std::size_t> next = 0;
    for_each(std::min(threads, runs_), [&](std::size_t) {
      SideBySide(model_, seen_.thetas[0], count_, lanes)
          .for_each(
              [&]() -> std::optional<std::size_t> {
                const std::size_t index = next++;
                return index < runs_ ? std::optional(index) : std::nullopt;
              },
              [&](std::size_t index, ModelPasses<double>& passes, const double& seconds) {
                run(index, &passes, &seconds);
              });
    });
  }

  void for_each(std::size_t count, const std::function<void(std::size_t)>& body) const {
    if (control_.pool != nullptr) return control_.pool->for_each(count, body);
    for (std::size_t index = 0; index < count; ++index) body(index);
  }

  /// Null where the problem's own passes or those of a lane serve.
  std::unique_ptr<ModelPasses<double>> special_passes() const {
    if (seen_.thetas.size() == 1 && !settings_.circuit_noise) return nullptr;
    std::vector<std::unique_ptr<ModelPasses<double>>> rounds;
    for (const std::vector<double>& theta : seen_.thetas) {
      if (settings_.circuit_noise)
        rounds.push_back(std::make_unique<NoisyCircuit>(model_, theta));
      else
        rounds.push_back(std::make_unique<OwnPasses<double>>(model_, theta));
    }
    if (rounds.size() == 1) return std::move(rounds[0]);
    return std::make_unique<SeveralRounds>(std::move(rounds), seen_.thetas[0].size());
  }

  const Objective& objective() const { return adapted_ ? *adapted_ : *settings_.objective; }

  LabelEvidence label_evidence(std::span<const double> gradient, const KnownLabels* labels) const {
    const bool is_change = observation_.kind() == UpdateKind::delta;
    return {.gradient = gradient,
            .last_layer = last_linear_layer(model_),
            .loss = model_.loss(),
            .classes = model_.classes(),
            .count = count_,
            .known = labels,
            .model = &model_,
            .theta = seen_.thetas[0],
            .has_scale = !is_change || seen_.gradient.change_scale > 0,
            .change_scale = seen_.gradient.change_scale,
            .bounds = features_.bounds};
  }

  std::size_t copies() const { return seen_.copies(); }

  /// Targets of all copies.
  std::vector<double> targets_of(const std::vector<std::int32_t>& labels) const {
    std::vector<std::int32_t> all;
    for (std::size_t copy = 0; copy < copies(); ++copy) all.insert(all.end(), labels.begin(), labels.end());
    return model_.targets_of(all);
  }

  MatchingTarget target(std::size_t restart, ModelPasses<double>* passes) const {
    MatchingTarget target{&model_, seen_.thetas[0], seen_.gradient.values, &objective(),
                          {},      features_,       count_ * copies()};
    target.passes = passes;
    target.observation = &observation_;
    target.single = single_ ? &*single_ : nullptr;
    if (!seen_.local_runs.empty()) target.local_run = &seen_.local_runs[restart];
    for (const auto& prior : settings_.priors) target.priors.push_back(prior.get());
    return target;
  }

  SingleTarget single_target() const {
    SingleTarget target{observed_model<float>(observation_.run()), {}, {}};
    target.theta.assign(seen_.thetas[0].begin(), seen_.thetas[0].end());
    for (const double value : seen_.gradient.values) target.gradient.push_back(static_cast<float>(value));
    return target;
  }

  /// All runs of a labelling go on towards their common mean, as often as the settings say.
  void draw_together(std::vector<RestartRow>& rows) {
    for (std::size_t round = 0; round < settings_.group->rounds; ++round) {
      std::vector<std::vector<double>> means;
      for (std::size_t first = 0; first < rows.size(); first += settings_.restarts)
        for (auto& mean :
             group_means(features_, std::span(rows).subspan(first, settings_.restarts), settings_.group->registered))
          means.push_back(std::move(mean));
      run_all([&](std::size_t index, ModelPasses<double>* passes, const double* seconds) {
        go_on(index, means[index], rows[index], passes, seconds);
      });
    }
  }

  void go_on(std::size_t index, std::span<const double> mean, RestartRow& row, ModelPasses<double>* passes,
             const double* seconds) {
    const auto start_time = Clock::now();
    const std::unique_ptr<ModelPasses<double>> special = special_passes();
    MatchingTarget drawn = target(row.restart, special ? special.get() : passes);
    drawn.group_mean = mean;
    drawn.group_weight = settings_.group->weight;
    MatchingProblem problem(drawn, model_.targets_of(row.labels));
    const Minimum minimum = minimise(*settings_.group->solver, problem, row.inputs, index);
    row.inputs = minimum.x;
    row.score = finite_score(problem, minimum.x);
    row.iterations += minimum.iterations;
    row.evaluations += minimum.evaluations;
    row.seconds += seconds != nullptr ? *seconds : seconds_since(start_time);
    row.stopped = to_string(minimum.reason);
  }

  Minimum minimise(const Solver& solver, MatchingProblem& problem, std::span<const double> start, std::size_t index) {
    const Minimum minimum = solver.minimize(to_minimise(problem), start, watch(index, solver.max_iterations()));
    control_.stop_if_cancelled();
    return minimum;
  }

  static double finite_score(MatchingProblem& problem, std::span<const double> x) {
    const double score = problem.score(x);
    return std::isfinite(score) ? score : std::numeric_limits<double>::infinity();
  }

  /// Inputs by the initialiser, label logits standard normal as in the code of DLG.
  std::vector<double> starting_point(const MatchingProblem& problem, std::size_t restart) const {
    RandomStream random(
        {control_.seed, Purpose::attack_restart, observation_.round(), static_cast<std::uint32_t>(restart)});
    std::vector<double> start(problem.variables());
    const std::size_t size = features_.size();
    for (std::size_t i = 0; i < problem.input_variables() / size; ++i) {
      settings_.initialiser->fill(features_, random, std::span(start).subspan(i * size, size));
    }
    for (std::size_t i = problem.input_variables(); i < start.size(); ++i) start[i] = random.normal();
    return start;
  }

  RestartRow run_from(std::size_t index, const std::vector<std::int32_t>* labels, ModelPasses<double>* passes) {
    const auto start_time = Clock::now();
    const std::size_t restart = index % settings_.restarts;
    const std::unique_ptr<ModelPasses<double>> special = special_passes();
    MatchingTarget matched = target(restart, special ? special.get() : passes);
    if (copies() > 1) {
      matched.copied_labels = *labels;
      matched.invariance = settings_.local_training->invariance;
    }
    MatchingProblem problem(matched, labels != nullptr ? targets_of(*labels) : std::vector<double>());
    const std::vector<double> start = starting_point(problem, restart);
    const double first_score = problem.score(start);
    const Minimum minimum = minimise(*settings_.solver, problem, start, index);

    RestartRow row;
    row.restart = restart;
    row.inputs.assign(minimum.x.begin(), minimum.x.begin() + static_cast<std::ptrdiff_t>(problem.input_variables()));
    row.labels = labels != nullptr ? *labels : labels_of(problem.targets(minimum.x));
    if (copies() > 1) row.inputs = pooled_epochs(features_, row.labels, copies(), row.inputs);
    row.first_score = first_score;
    row.score = finite_score(problem, minimum.x);
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
    if (settings_.priors.empty()) result.value = [&problem](std::span<const double> x) { return problem.score(x); };
    if (settings_.project && !features_.angles) {
      constexpr double infinity = std::numeric_limits<double>::infinity();
      result.low.assign(problem.variables(), -infinity);
      result.high.assign(problem.variables(), infinity);
      std::fill_n(result.low.begin(), problem.input_variables(), features_.bounds->low);
      std::fill_n(result.high.begin(), problem.input_variables(), features_.bounds->high);
    }
    return result;
  }

  SolverWatch watch(std::size_t index, std::size_t most) {
    SolverWatch watch;
    if (control_.progress) {
      watch.progress = [this, index, most](std::size_t iteration, double value) {
        const std::lock_guard lock(progress_mutex_);
        control_.progress({index, runs_, iteration, most, value});
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
  MatchedRounds seen_;
  std::unique_ptr<const Objective> adapted_;  ///< null: that of the settings serves
  std::optional<SingleTarget> single_;        ///< in single precision
  const Clock::time_point started_ = Clock::now();
  std::mutex progress_mutex_;
  std::atomic<bool> ran_out_of_time_ = false;
};

}  // namespace

AttackResult GradientMatching::run(const AttackTask& task) const {
  std::vector<const Observation*> rounds{&task.observation};
  if (settings_.all_rounds)
    for (std::size_t earlier = task.rounds.size(); earlier-- > 1;) rounds.push_back(&task.rounds[earlier - 1]);
  return Campaign(rounds, task.threat_model, settings_, task.count, task.control).run(task.labels);
}

std::unique_ptr<const Method> make_gradient_matching(ConfigTable file) {
  MatchingSettings settings;
  settings.objective = make_objective(file.table("objective"));
  settings.solver = make_solver(file.table("solver"));
  settings.initialiser = make_initialiser(file.table("initialiser"));
  settings.label_rule = make_label_rule(file.table("labels"));
  for (const ConfigTable& section : file.tables("priors")) settings.priors.push_back(make_prior(section));
  if (file.has("local_training")) settings.local_training = LocalRunBelief::from_config(file.table("local_training"));
  settings.restarts = static_cast<std::size_t>(file.integer("restarts", {1, 1'000'000}, 1));
  if (file.has("group")) {
    settings.group = GroupConsistency::from_config(file.table("group"));
    if (settings.restarts < 2) file.refuse("restarts", "expected at least 2: a [group] needs runs to draw together");
  }
  settings.project = file.boolean("project", false);
  settings.single_precision = file.choice("precision", {"double", "float"}, "double") == "float";
  if (settings.single_precision && settings.local_training)
    file.refuse("precision", "repeated local training is computed in double");
  settings.circuit_noise = file.choice("circuit_noise", {"ignored", "declared"}, "ignored") == "declared";
  if (settings.circuit_noise && (settings.local_training || settings.single_precision))
    file.refuse("circuit_noise", "noisy circuits are matched in double and by their gradient");
  settings.all_rounds = file.choice("rounds", {"last", "all"}, "last") == "all";
  if (settings.all_rounds && settings.single_precision)
    file.refuse("rounds", "several rounds are matched in double precision");
  settings.seconds = file.number("seconds", {0, 1e9}, 0.0);
  return std::make_unique<const GradientMatching>(std::move(settings));
}

}  // namespace tacit::attacks
