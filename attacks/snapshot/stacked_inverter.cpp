#include "attacks/snapshot/stacked_inverter.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <limits>

#include "attacks/snapshot/product_inversion.h"

namespace tacit::attacks {

using Clock = std::chrono::steady_clock;

StackedInverter::StackedInverter(const AttackTask& task, const SnapshotSettings& settings) : settings_(settings) {
  for (const Observation& round : task.rounds)
    problems_.push_back(
        std::make_unique<SnapshotProblem>(round, task.threat_model, 1, settings.tolerance, settings.max_dimension));
  stacked_.emplace(problems_, settings.tolerance);
  for (const auto& problem : problems_)
    matchings_.emplace_back(problem->equations, *problem->map, problem->loss, std::size_t{1});
}

std::string StackedInverter::obstacle() const {
  if (!stacked_->determined()) return fmt::format("{} directions stay open", stacked_->nullity());
  if (problems_.back()->map->product() == nullptr) return "the encoding joins qubits";
  return {};
}

std::string StackedInverter::note() const {
  return fmt::format(
      "{} rounds: {} gradient components together, {} unknowns of the snapshot and a factor a round; condition "
      "{:.3g}, contradiction {:.1e}",
      problems_.size(), stacked_->equations(), stacked_->unknowns(), stacked_->condition(), stacked_->contradiction());
}

void StackedInverter::with_labels(const std::vector<std::int32_t>& labels, std::vector<RestartRow>& rows) {
  const std::vector<double> targets = problems_[0]->loss.targets_of(labels);
  for (const StackedRounds::Found& found : stacked_->snapshots(targets[0])) {
    ProductInversion inversion;
    inversion.range = problems_.back()->range;
    const InvertedProduct inverted =
        invert_product(*problems_.back()->map->product(), found.known, found.snapshot, inversion);
    for (const auto& inputs : inverted.inputs) rows.push_back(row_of(inputs, targets, labels, rows.size()));
  }
}

RestartRow StackedInverter::row_of(std::vector<double> inputs, const std::vector<double>& targets,
                                   const std::vector<std::int32_t>& labels, std::size_t number) {
  const auto start = Clock::now();
  RestartRow row;
  row.restart = number;
  row.labels = labels;
  row.score = row.first_score = score(inputs, targets);
  row.stopped = "rounds";
  for (std::size_t r = 0; settings_.refine && r < problems_.size(); ++r) {
    auto fit = matchings_[r].minimise(problems_[r]->coordinates, targets, inputs, SnapshotMatching::Weights::gradient,
                                      settings_.iterations, problems_[r]->walls());
    row.iterations += fit.iterations;
    row.evaluations += fit.evaluations;
    const double fitted = score(fit.inputs, targets);
    if (fitted < row.score) row.score = fitted, inputs = std::move(fit.inputs);
  }
  row.inputs = std::move(inputs);
  row.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return row;
}

double StackedInverter::score(const std::vector<double>& inputs, const std::vector<double>& targets) {
  double sum = 0;
  for (std::size_t r = 0; r < problems_.size(); ++r) {
    const std::vector<double> at = matchings_[r].gradient(inputs, targets);
    double squares = 0;
    for (std::size_t p = 0; p < at.size(); ++p) squares += std::pow(at[p] - problems_[r]->gradient.values[p], 2);
    sum += squares / (problems_[r]->norm * problems_[r]->norm);
  }
  const double mean = std::sqrt(sum / static_cast<double>(problems_.size()));
  return std::isfinite(mean) ? mean : std::numeric_limits<double>::infinity();
}

}  // namespace tacit::attacks
