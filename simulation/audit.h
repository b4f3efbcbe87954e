#pragma once

#include <filesystem>

#include "attacks/report/report_data.h"
#include "attacks/rows/raw_row.h"
#include "core/progress.h"
#include "simulation/experiment.h"
#include "simulation/run_result.h"

namespace tacit::simulation {

/// What an audit came to: the report's data, and the run of each case.
struct AuditResult {
  attacks::report::ReportData report;
  std::vector<RunResult> runs;  ///< one a case, in the order of report.cases
  attacks::RawTable raw_rows;   ///< every run of every attack; axes: case, scenario
};

/// Trains each case of an experiment, lets the trained model collect gradients of single examples over the same wire,
/// attacks both recordings, and scores the reconstructions against the truth, which only this function's side knows.
/// Everything goes below `folder`: CASE/ (the run) and CASE-probe/ (the gradients). The whole experiment, attacks and
/// threat models included, is validated before anything starts.
AuditResult audit(const Experiment& experiment, const std::filesystem::path& folder, Progress& bar);

/// Units of work on the bar that `audit` advances by.
double audit_work(const Experiment& experiment);

}  // namespace tacit::simulation
