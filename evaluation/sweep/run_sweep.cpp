#include "evaluation/sweep/run_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <set>

#include "attacks/attack.h"
#include "attacks/baselines.h"
#include "attacks/lanes/side_by_side.h"
#include "attacks/observed_model.h"
#include "attacks/rows/scored_rows.h"
#include "core/error.h"
#include "core/interrupt.h"
#include "core/thread_pool.h"
#include "evaluation/sweep/landscape_charts.h"
#include "models/weight_files.h"
#include "simulation/run.h"
#include "simulation/run_progress.h"

namespace tacit::evaluation {
namespace {

/// A training run on the bar, in trials.
constexpr double training_work = 10;

struct Task {
  std::size_t cell, trial;
};

std::vector<Task> tasks_of(const Sweep& sweep, const TrialLog& log) {
  std::vector<Task> tasks;
  std::set<std::pair<std::string, std::size_t>> planned;
  for (std::size_t cell = 0; cell < sweep.cells.size(); ++cell)
    for (std::size_t trial = 0; trial < sweep.cells[cell].trials; ++trial)
      if (!log.has(sweep.cells[cell].key, trial) && planned.insert({sweep.cells[cell].key, trial}).second)
        tasks.push_back({cell, trial});
  std::stable_sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) { return a.trial < b.trial; });
  return tasks;
}

/// One attack on one observation: its result, or why it does not apply.
struct Attempt {
  std::optional<attacks::AttackResult> result;
  std::string refusal;
};

Attempt attempt(const Cell& cell, const Target& target, const std::vector<attacks::Observation>& rounds,
                const TargetTrial& trial) {
  attacks::AttackControl control;
  control.seed = trial.seed;
  control.cancelled = [] { return interrupted(); };
  const attacks::KnownLabels* labels = trial.labels ? &*trial.labels : nullptr;
  try {
    return {attacks::run_attack_on_rounds(rounds, target.threat_model(), *cell.attack, labels, control), ""};
  } catch (const Error& error) {
    // A refusal says something about the configuration under attack; anything else is trouble of ours.
    if (error.kind() != ErrorKind::configuration && error.kind() != ErrorKind::data) throw;
    return {std::nullopt, error.what()};
  }
}

void add_rows(const Attempt& done, const Cell& cell, attacks::Seen seen, const attacks::Scoring& scoring,
              std::vector<attacks::RawRow>& rows) {
  std::vector<attacks::RawRow> made;
  if (done.result)
    made = attacks::scored_rows(*done.result, cell.attack->method->searches(), scoring);
  else
    made.push_back(attacks::refused_row(cell.attack_label, done.refusal, scoring.truth, scoring.features));
  for (attacks::RawRow& row : made) {
    row.attack = cell.attack_label;
    row.seen = seen;
    rows.push_back(std::move(row));
  }
}

/// Reconstructions beside the true examples they were matched with.
std::vector<std::vector<double>> matched(const Attempt& done, const TargetTrial& trial,
                                         const attacks::Features& features) {
  std::vector<std::vector<double>> examples(trial.truth.inputs.size() / features.size());
  if (!done.result) return examples;
  for (const attacks::ExampleScore& one : attacks::score(*done.result, trial.truth, features).examples) {
    const auto found = std::span(done.result->inputs).subspan(one.reconstruction * features.size(), features.size());
    examples[one.truth].assign(found.begin(), found.end());
  }
  return examples;
}

std::vector<std::vector<double>> examples_of(const attacks::GroundTruth& truth, std::size_t size) {
  std::vector<std::vector<double>> examples;
  for (std::size_t at = 0; at < truth.inputs.size(); at += size)
    examples.emplace_back(truth.inputs.begin() + static_cast<std::ptrdiff_t>(at),
                          truth.inputs.begin() + static_cast<std::ptrdiff_t>(at + size));
  return examples;
}

TrialEntry guesses(const Target& target, const attacks::Scoring& scoring) {
  const bool images = attacks::image_shape(target.features().shape).has_value();
  TrialEntry entry;
  if (target.features().bounds)
    entry.rows.push_back(attacks::scored_guess(images ? "grey image" : "middle of the bounds",
                                               attacks::grey_baseline(target.features(), 1), scoring));
  entry.rows.push_back(attacks::scored_guess(images ? "mean image" : "mean example", target.mean_example(), scoring));
  return entry;
}

TrialEntry run_trial(const Sweep& sweep, const Task& task) {
  const Cell& cell = sweep.cells[task.cell];
  const Target& target = *sweep.targets[cell.target];
  const TargetTrial trial = target.trial(task.trial);
  const attacks::Scoring scoring{trial.truth, target.features(), &target.identifiability(), target.table()};
  if (cell.attack == nullptr) {
    TrialEntry entry = guesses(target, scoring);
    if (task.trial == 0) entry.slices = slices_of(target, trial);
    return entry;
  }

  TrialEntry entry;
  std::vector<attacks::Observation> rounds = trial.earlier;
  rounds.push_back(trial.observation);
  const Attempt found = attempt(cell, target, rounds, trial);
  add_rows(found, cell, attacks::Seen::update, scoring, entry.rows);
  if (task.trial == 0 && found.result && attacks::gains_from_lanes(attacks::observed_model(rounds.back().run()))) {
    entry.found = matched(found, trial, target.features()).front();
    for (double& value : *entry.found) value = static_cast<float>(value);  // as the log keeps it
  }
  Attempt on_noise;
  // Where the attack does not apply, its own row says why.
  if (cell.noise_control && found.result) {
    for (attacks::Observation& round : rounds) round = attacks::noise_control(round, trial.seed);
    on_noise = attempt(cell, target, rounds, trial);
    add_rows(on_noise, cell, attacks::Seen::noise, scoring, entry.rows);
  }
  if (task.trial < cell.pictures && found.result && target.features().bounds &&
      attacks::image_shape(target.features().shape))
    entry.pictures =
        TrialPictures{examples_of(trial.truth, target.features().size()), matched(found, trial, target.features()),
                      matched(on_noise, trial, target.features())};
  return entry;
}

void train(Target& target, const std::filesystem::path& folder, TrialLog& log, Progress& bar) {
  const std::filesystem::path run_folder = folder / "training" / target.key();
  if (log.training(target.key()) == nullptr) {
    simulation::RunProgress progress(bar, training_work);
    simulation::RunOptions options{run_folder, {}};
    options.on_progress = [&](const simulation::RunResult& result) {
      progress.show(result, target.experiment().clients());
    };
    const simulation::RunResult result = simulation::run(target.experiment(), options);
    log.add_training(target.key(), {result.rounds, result.test_accuracy()});
  }
  const TrainingEntry& done = *log.training(target.key());
  target.set_model({models::read_weights(run_folder / "model.safetensors", target.model().schema()), done.rounds,
                    done.test_accuracy});
}

}  // namespace

void run_sweep(Sweep& sweep, const std::filesystem::path& folder, TrialLog& log, std::size_t threads,
               Progress::Style style) {
  const std::vector<Task> tasks = tasks_of(sweep, log);
  double work = static_cast<double>(tasks.size());
  for (const auto& target : sweep.targets)
    if (target->trained() && log.training(target->key()) == nullptr) work += training_work;
  Progress bar("evaluate " + sweep.name, std::max(work, 1.0), style);
  for (const auto& target : sweep.targets)
    if (target->trained()) train(*target, folder, log, bar);

  ThreadPool pool(threads);
  std::mutex mutex;
  pool.for_each(tasks.size(), [&](std::size_t index) {
    check_interrupted();
    const Task& task = tasks[index];
    TrialEntry entry = run_trial(sweep, task);
    const std::lock_guard lock(mutex);
    const Cell& cell = sweep.cells[task.cell];
    log.add(cell.key, task.trial, std::move(entry));
    bar.advance(1,
                fmt::format("{}, trial {}", cell.attack_label.empty() ? "guesses" : cell.attack_label, task.trial + 1));
  });
  bar.finish();
}

attacks::RawTable table_of(const Sweep& sweep, const TrialLog& log) {
  attacks::RawTable table{sweep.axes, {}};
  for (const Cell& cell : sweep.cells) {
    // The update's rows of all trials first, then the control's: a cell of the table is one of the two.
    for (const attacks::Seen seen : {attacks::Seen::update, attacks::Seen::noise, attacks::Seen::nothing})
      for (std::size_t trial = 0; trial < cell.trials; ++trial)
        for (const attacks::RawRow& row : log.at(cell.key, trial).rows) {
          if (row.seen != seen) continue;
          attacks::RawRow placed = row;
          placed.setting = cell.setting;
          placed.observation = std::to_string(trial);
          placed.test_accuracy = sweep.targets[cell.target]->test_accuracy();
          if (seen != attacks::Seen::nothing) placed.attack = cell.attack_label;
          table.rows.push_back(std::move(placed));
        }
  }
  return table;
}

}  // namespace tacit::evaluation
