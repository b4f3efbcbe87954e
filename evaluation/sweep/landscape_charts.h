#pragma once

#include <optional>
#include <string>
#include <vector>

#include "attacks/rows/cell_summary.h"
#include "evaluation/sweep/sweep.h"
#include "evaluation/sweep/trial_log.h"

namespace tacit::evaluation {

/// The landscape around the truth that a search for it sees, along at most two features of the first example: of
/// circuits, whose landscapes have many minima, and of updates that can be read as gradients. Nothing otherwise.
std::optional<TrialSlices> slices_of(const Target& target, const TargetTrial& trial);

/// A chart for each setting whose first trial has slices, with what the attacks found where there is one feature.
std::string landscape_charts(const Sweep& sweep, const TrialLog& log,
                             const std::vector<attacks::CellSummary>& summaries);

}  // namespace tacit::evaluation
