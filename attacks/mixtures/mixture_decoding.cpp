#include "attacks/mixtures/mixture_decoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "attacks/mixtures/unmix.h"
#include "attacks/recorded_section.h"
#include "core/error.h"
#include "models/local_training.h"

namespace tacit::attacks {
namespace {

using Clock = std::chrono::steady_clock;

void require_mixup(const Observation& observation) {
  const auto training = models::LocalTraining::from_config(
      recorded_section(observation.run().training_toml, "training"), observation.client());
  if (training.mixing.kind == models::ExampleMixing::Kind::none)
    fail(ErrorKind::configuration,
         "the decoding of mixtures needs training with mixing = \"mixup\", and none was declared");
  if (training.mixing.kind == models::ExampleMixing::Kind::instahide)
    fail(ErrorKind::configuration,
         "the decoding of mixtures needs their signs, which mixing = \"instahide\" flips at random");
}

/// The mixtures of one round, by the inner attack.
std::vector<double> mixtures_of(const Method& inner, const Observation& round, const AttackTask& task) {
  const auto count = static_cast<std::size_t>(round.examples());
  AttackResult found = inner.run({round, task.threat_model, count, nullptr, task.control});
  return std::move(found.inputs);
}

}  // namespace

std::vector<Need> MixtureDecoding::needs() const {
  std::vector<Need> all = inner_->needs();
  for (const Need need : {Need::many_rounds, Need::pipeline, Need::feature_bounds, Need::batch_size})
    all.push_back(need);
  return all;
}

AttackResult MixtureDecoding::run(const AttackTask& task) const {
  require_mixup(task.observation);
  const auto start = Clock::now();
  std::vector<double> all;
  const auto add = [&](const Observation& round) {
    const std::vector<double> found = mixtures_of(*inner_, round, task);
    if (std::ranges::all_of(found, [](double value) { return std::isfinite(value); }))
      all.insert(all.end(), found.begin(), found.end());
  };
  for (const Observation& round : task.rounds) add(round);
  if (task.rounds.empty()) add(task.observation);
  const auto width = static_cast<Eigen::Index>(element_count(task.observation.run().input_shape));
  const Eigen::Index rows = static_cast<Eigen::Index>(all.size()) / width;
  if (static_cast<std::size_t>(rows) < task.count || task.count < 2)
    fail(ErrorKind::configuration,
         "{} mixtures were seen: too few for reconstruct_examples = {}, which is how many the client holds, 2 at least",
         rows, task.count);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::MatrixXd mixtures = Eigen::Map<const RowMajor>(all.data(), rows, width);
  const double reading = std::chrono::duration<double>(Clock::now() - start).count();

  AttackResult result;
  result.notes.push_back(fmt::format("{} mixtures were decoded into {} examples.", rows, task.count));
  result.rows.resize(restarts_);
  const auto decode = [&](std::size_t restart) {
    const auto began = Clock::now();
    RandomStream random(
        {task.control.seed, Purpose::attack_restart, task.observation.round(), static_cast<std::uint32_t>(restart)});
    const Unmixed found =
        unmix(mixtures, task.count, *task.threat_model.feature_bounds, iterations_, random, task.control.cancelled);
    task.control.stop_if_cancelled();
    const RowMajor examples = found.examples;
    RestartRow& row = result.rows[restart];
    row.restart = restart;
    row.inputs.assign(examples.data(), examples.data() + examples.size());
    row.first_score = found.first_residual;
    row.score = found.residual;
    row.iterations = found.iterations;
    row.seconds =
        std::chrono::duration<double>(Clock::now() - began).count() + reading / static_cast<double>(restarts_);
    row.stopped = found.iterations < iterations_ ? "no progress" : "iterations";
  };
  if (task.control.pool != nullptr)
    task.control.pool->for_each(restarts_, decode);
  else
    for (std::size_t restart = 0; restart < restarts_; ++restart) decode(restart);
  const auto best = std::ranges::min_element(result.rows, {}, &RestartRow::score);
  result.chosen = static_cast<std::size_t>(best - result.rows.begin());
  result.inputs = best->inputs;
  result.score = best->score;
  return result;
}

std::unique_ptr<const Method> make_mixture_decoding(ConfigTable file) {
  const auto restarts = static_cast<std::size_t>(file.integer("restarts", {1, 1'000'000}, 4));
  const auto iterations = static_cast<std::size_t>(file.integer("iterations", {1, 10'000'000}, 2000));
  return std::make_unique<const MixtureDecoding>(make_method(file.table("inner")), restarts, iterations);
}

}  // namespace tacit::attacks
