#pragma once

#include <string>
#include <vector>

#include "attacks/report/report_data.h"

namespace tacit::attacks::report {

/// The results of one case that share a scenario, in the order given. Points into the case, which must outlive it.
struct Scenario {
  std::string name;
  std::vector<const ResultRow*> attacks;
  std::vector<const ResultRow*> baselines;
};

/// The scenarios of a case in the order in which they first appear, attacks before baselines.
std::vector<Scenario> scenarios_of(const AuditCase& audit_case);

}  // namespace tacit::attacks::report
