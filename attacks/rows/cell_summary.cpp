#include "attacks/rows/cell_summary.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "attacks/metrics/bootstrap.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/label_accuracy.h"

namespace tacit::attacks {
namespace {

double recovered_share(const RawRow& row, const OutcomeThresholds& thresholds) {
  if (row.true_labels.empty()) return 0;
  const auto recovered = std::count_if(row.examples.begin(), row.examples.end(), [&](const RawExample& example) {
    return outcome_of(example.largest_error, row.score, row.zero_score, thresholds) == Outcome::recovered;
  });
  return static_cast<double>(recovered) / static_cast<double>(row.true_labels.size());
}

/// The mean over a row's examples of what is finite; nothing if nothing is.
template <class Measure>
std::optional<double> mean_over_examples(const RawRow& row, const Measure& measure) {
  double sum = 0;
  std::size_t count = 0;
  for (const RawExample& example : row.examples) {
    if (!std::isfinite(example.mse)) continue;
    if (const std::optional<double> value = measure(example)) sum += *value, ++count;
  }
  return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
}

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

class Cell {
 public:
  Cell(const RawRow& first, const OutcomeThresholds& thresholds) : thresholds_(thresholds) {
    summary_.setting = first.setting;
    summary_.test_accuracy = first.test_accuracy;
    summary_.attack = first.attack;
    summary_.seen = first.seen;
  }

  void add(const RawRow& row) {
    if (!row.refused()) add_cost(row);
    if (row.chosen) add_chosen(row);
  }

  CellSummary finish() {
    if (!shares_.empty()) summary_.recovered = share(shares_);
    summary_.mse = mean([](const RawExample& e) { return std::optional(e.mse); });
    summary_.largest_error = mean([](const RawExample& e) { return std::optional(e.largest_error); });
    summary_.psnr_db = mean([](const RawExample& e) { return capped(e.psnr_db); });
    summary_.registered_psnr_db = mean([](const RawExample& e) { return capped(e.registered_psnr_db); });
    summary_.ssim = mean([](const RawExample& e) { return e.ssim; });
    summary_.identified = share_of([](const RawExample& e) { return e.identified; });
    summary_.identified_by_features = share_of([](const RawExample& e) { return e.identified_by_features; });
    if (const auto entries = by_observation([](const RawExample& e) { return e.feature_accuracy; }); !entries.empty())
      summary_.feature_accuracy = share(entries);
    if (!label_accuracies_.empty()) summary_.label_accuracy = share(label_accuracies_);
    if (!run_shares_.empty() && summary_.seen != Seen::nothing) summary_.run_success = share(run_shares_);
    if (const auto successes = static_cast<double>(summary_.count(Outcome::recovered));
        successes > 0 && summary_.seen != Seen::nothing) {
      summary_.runs_per_success = static_cast<double>(summary_.runs) / successes;
      summary_.evaluations_per_success = static_cast<double>(summary_.evaluations) / successes;
      summary_.seconds_per_success = summary_.seconds / successes;
    }
    return std::move(summary_);
  }

 private:
  static std::optional<double> capped(const std::optional<double>& decibels) {
    return decibels ? std::optional(std::min(*decibels, exact_psnr)) : decibels;
  }

  void add_cost(const RawRow& row) {
    ++summary_.runs;
    summary_.iterations += row.iterations;
    summary_.evaluations += row.evaluations;
    summary_.seconds += row.seconds;
    run_shares_.push_back(recovered_share(row, thresholds_));
  }

  void add_chosen(const RawRow& row) {
    ++summary_.observations;
    summary_.examples += row.true_labels.size();
    if (!row.note.empty() && summary_.note.find(row.note) == std::string::npos)
      summary_.note += (summary_.note.empty() ? "" : " ") + row.note;
    shares_.push_back(recovered_share(row, thresholds_));
    if (row.refused()) {
      ++summary_.refused;
      return;
    }
    chosen_.push_back(&row);
    for (const RawExample& example : row.examples) {
      if (!std::isfinite(example.mse)) ++summary_.diverged;
      const Outcome outcome = outcome_of(example.largest_error, row.score, row.zero_score, thresholds_);
      ++summary_.outcomes[static_cast<std::size_t>(outcome)];
    }
    if (!row.labels.empty()) label_accuracies_.push_back(attacks::label_accuracy(row.labels, row.true_labels));
  }

  static Estimate share(const std::vector<double>& values) {
    const double rate = std::clamp(mean_of(values), 0.0, 1.0);
    return {rate, wilson_interval_of_rate(rate, values.size())};
  }

  template <class Measure>
  std::vector<double> by_observation(const Measure& measure) const {
    std::vector<double> values;
    for (const RawRow* row : chosen_)
      if (const auto value = mean_over_examples(*row, measure)) values.push_back(*value);
    return values;
  }

  template <class Measure>
  std::optional<Estimate> mean(const Measure& measure) const {
    const std::vector<double> values = by_observation(measure);
    if (values.empty()) return {};
    return Estimate{mean_of(values), bootstrap_interval(values)};
  }

  template <class Flag>
  std::optional<Estimate> share_of(const Flag& flag) const {
    const std::vector<double> values = by_observation([&](const RawExample& example) {
      const std::optional<bool> set = flag(example);
      return set ? std::optional(*set ? 1.0 : 0.0) : std::nullopt;
    });
    if (values.empty()) return {};
    return share(values);
  }

  const OutcomeThresholds& thresholds_;
  CellSummary summary_;
  std::vector<const RawRow*> chosen_;
  std::vector<double> shares_, run_shares_, label_accuracies_;
};

}  // namespace

std::vector<CellSummary> summarise(const RawTable& table, const OutcomeThresholds& thresholds) {
  using Key = std::tuple<std::vector<std::string>, std::string, Seen>;
  std::map<Key, std::size_t> index;
  std::vector<Cell> cells;
  for (const RawRow& row : table.rows) {
    const auto [entry, made] = index.try_emplace({row.setting, row.attack, row.seen}, cells.size());
    if (made) cells.emplace_back(row, thresholds);
    cells[entry->second].add(row);
  }
  std::vector<CellSummary> summaries;
  for (Cell& cell : cells) summaries.push_back(cell.finish());
  return summaries;
}

}  // namespace tacit::attacks
