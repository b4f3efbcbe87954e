#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "attacks/rows/raw_row.h"
#include "attacks/score.h"

namespace tacit::attacks {

/// The table as CSV (RFC 4180, LF or CR LF): a column for each axis, then test_accuracy, attack, seen, observation,
/// restart, chosen (1 or 0), true_labels, labels, first_score, score, zero_score, iterations, evaluations, seconds,
/// stopped, outcome, mse, psnr_db, registered_psnr_db, ssim, largest_error, identified, identified_by_features,
/// feature_accuracy, note. What belongs to single examples of a batch is a list separated by spaces, `-` where one has
/// no value. Numbers have all their digits; infinities are inf and -inf. The outcome is that by `thresholds`; it is not
/// read back.
std::string raw_rows_csv(const RawTable& table, const OutcomeThresholds& thresholds);
/// The header, and the columns of one row without those of its axes and without line end: what a store of rows keeps,
/// because the axes are a matter of the sweep that the row is shown in.
std::string raw_row_fields(const RawRow& row, const OutcomeThresholds& thresholds);

/// Reads such a file; one from before feature_accuracy was kept lacks that column. Throws Error(data) naming file, line
/// and column.
RawTable read_raw_rows(const std::filesystem::path& file);
RawTable parse_raw_rows(std::string_view text, const std::string& origin);
/// One row from raw_row_fields.
RawRow parse_raw_row_fields(std::string_view text, const std::string& origin);

}  // namespace tacit::attacks
