#pragma once

#include <string>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The audit as one HTML page that stands alone: style and pictures are inside, there is no script, and a content
/// security policy forbids it to load anything. Throws Error(usage) if a picture's sizes do not agree.
std::string render_html(const ReportData& data);

}  // namespace tacit::attacks::report
