#include "attacks/report/scenarios.h"

#include <algorithm>

namespace tacit::attacks::report {
namespace {

Scenario& find_or_add(std::vector<Scenario>& scenarios, const std::string& name) {
  const auto found =
      std::find_if(scenarios.begin(), scenarios.end(), [&](const Scenario& scenario) { return scenario.name == name; });
  if (found != scenarios.end()) return *found;
  return scenarios.emplace_back(Scenario{name, {}, {}});
}

}  // namespace

std::vector<Scenario> scenarios_of(const AuditCase& audit_case) {
  std::vector<Scenario> scenarios;
  for (const ResultRow& row : audit_case.attacks) find_or_add(scenarios, row.scenario).attacks.push_back(&row);
  for (const ResultRow& row : audit_case.baselines) find_or_add(scenarios, row.scenario).baselines.push_back(&row);
  return scenarios;
}

}  // namespace tacit::attacks::report
