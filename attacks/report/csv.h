#pragma once

#include <string>
#include <string_view>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// A field as RFC 4180 wants it: in double quotes, those inside doubled, if it holds a comma, quote or line break.
std::string csv_field(std::string_view text);

/// Every result as a table for other programs: a header and, for each attack and baseline, one record with its mean,
/// one with its best example (if measured) and one for each example (if given). Lines end in CR LF. Columns: case,
/// model_sha256, kind (attack, baseline), name, source, scenario, record (mean, best, example), example (index from 0),
/// label_accuracy, mse, psnr_db, ssim, circular_distance_rad, restarts, iterations, seconds, note. Numbers have all
/// their digits, an infinite PSNR is "inf", an absent value or NaN is empty.
std::string render_csv(const ReportData& data);

}  // namespace tacit::attacks::report
