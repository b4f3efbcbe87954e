#pragma once

#include <string>
#include <vector>

#include "attacks/rows/cell_summary.h"

namespace tacit::attacks {

/// The summaries as CSV: a column for each axis, then test_accuracy, attack, seen, observations, refused, examples,
/// recovered, close, ambiguous, stuck, diverged (counts of examples); of recovered_share, mse, largest_error, psnr_db,
/// registered_psnr_db, ssim, label_accuracy, identified, identified_by_features, feature_accuracy, run_success the
/// value and, with _low and _high, its 95 % interval; runs, iterations, evaluations, seconds, runs_per_success,
/// evaluations_per_success, seconds_per_success, note. Absent values are empty.
std::string summaries_csv(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries);

/// As a table for a terminal; axes of one value are named once above it.
std::string summaries_text(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries,
                           unsigned width);

/// Axes that take more than one value, by index: what tells the rows of a table apart.
std::vector<std::size_t> varying_axes(const std::vector<std::string>& axes, const std::vector<CellSummary>& summaries);

/// "analytic", "analytic on noise": an attack with what it saw.
std::string attack_words(const CellSummary& summary);

}  // namespace tacit::attacks
