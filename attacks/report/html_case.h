#pragma once

#include <string>
#include <string_view>

#include "attacks/report/line_chart.h"
#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// Test accuracy by round; rounds that were not evaluated are left out. Named after the case.
Series accuracy_series(const AuditCase& audit_case);

/// The section of one case: facts, training curves, threat model, attacks and pictures. `id` is its anchor.
std::string html_case(const AuditCase& audit_case, std::string_view id);

}  // namespace tacit::attacks::report
