#pragma once

#include <string>
#include <vector>

#include "attacks/report/report_data.h"
#include "attacks/report/verdict.h"

namespace tacit::attacks::report {

/// Coloured words for what leaks: inputs and labels.
std::string html_badges(const Verdict& verdict);
/// One row a scenario: model, accuracy, the attack that leaks most and the best baseline.
std::string html_summary_table(const ReportData& data, const std::vector<Verdict>& verdicts);
/// What the attacker knows and does not.
std::string html_threat_table(const ThreatModel& threat_model);
/// Every attack and baseline of a case, scenario by scenario. Columns that nobody measured are left out.
std::string html_attack_table(const AuditCase& audit_case);

}  // namespace tacit::attacks::report
