#pragma once

#include <string>
#include <vector>

#include "attacks/rows/cell_summary.h"
#include "evaluation/sweep/sweep.h"
#include "evaluation/sweep/trial_log.h"

namespace tacit::evaluation {

/// What the page says about its making.
struct ReportOrigin {
  std::string software_version;
  std::string configuration;  ///< text of the evaluation file
};

/// A finished evaluation as one HTML page that stands alone but for rows.csv and cells.csv beside it, which it links:
/// findings, threat models in words, table with intervals, charts, pictures. Style, charts and pictures are inside,
/// there is no script, and a content security policy forbids it to load anything.
std::string render_sweep_html(const Sweep& sweep, const TrialLog& log, const attacks::RawTable& table,
                              const std::vector<attacks::CellSummary>& summaries, const ReportOrigin& origin);

}  // namespace tacit::evaluation
