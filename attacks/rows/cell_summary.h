#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "attacks/metrics/wilson.h"
#include "attacks/rows/raw_row.h"
#include "attacks/score.h"

namespace tacit::attacks {

struct Estimate {
  double value = 0;
  Interval interval;  ///< 95 %
};

/// What the raw rows of one attack in one setting come to. Errors and outcomes are those of the run that the attack
/// itself chose by its score, so the truth chooses nothing.
struct CellSummary {
  std::vector<std::string> setting;
  std::optional<double> test_accuracy;
  std::string attack;
  Seen seen = Seen::update;
  std::size_t observations = 0;
  std::size_t refused = 0;   ///< observations that the attack does not apply to; they count as not recovered
  std::size_t examples = 0;  ///< true ones, over all observations
  std::size_t diverged = 0;  ///< reconstructions that are not finite: stuck, and no part of the means

  std::array<std::size_t, 4> outcomes{};  ///< examples by Outcome; those without reconstruction are in none
  std::size_t count(Outcome outcome) const { return outcomes[static_cast<std::size_t>(outcome)]; }
  /// Share of examples recovered, with Wilson's interval over the observations, since examples of one batch stand and
  /// fall together.
  Estimate recovered;

  // Means over observations of the mean of their examples, with bootstrap intervals; exact images count as exact_psnr.
  std::optional<Estimate> mse, largest_error, psnr_db, registered_psnr_db, ssim;
  // Shares, with Wilson's interval over the observations.
  std::optional<Estimate> label_accuracy, identified, identified_by_features, feature_accuracy;

  // Cost: all runs, the unlucky ones too.
  std::size_t runs = 0, iterations = 0, evaluations = 0;
  double seconds = 0;
  /// Share of examples recovered by a single run: what one restart is worth.
  std::optional<Estimate> run_success;
  /// Spent for each example recovered; absent if none was.
  std::optional<double> runs_per_success, evaluations_per_success, seconds_per_success;
  std::string note;  ///< of refusals and assumptions, each once

  bool ran() const { return refused < observations; }
};

/// One summary for each setting, attack and thing seen, in the order of their first rows.
std::vector<CellSummary> summarise(const RawTable& table, const OutcomeThresholds& thresholds);

}  // namespace tacit::attacks
