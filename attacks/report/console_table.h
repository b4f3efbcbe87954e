#pragma once

#include <string>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The audit as an aligned plain-text table with the verdict below: model, parameters, test accuracy, then for each
/// scenario its attacks and, marked by "·", its baselines with label accuracy, MSE, PSNR and SSIM (and circular
/// distance where one was measured). Fits `width` columns down to about 90, below which it grows instead of breaking
/// names apart. UTF-8, no colours.
std::string render_table(const ReportData& data, unsigned width);

}  // namespace tacit::attacks::report
