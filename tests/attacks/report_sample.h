#pragma once

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// A report of two models with hand-drawn 8 x 8 digits: exact, partial and failed attacks, absent and infinite values.
ReportData sample_report();

}  // namespace tacit::attacks::report
