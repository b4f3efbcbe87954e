#pragma once

#include <string>
#include <vector>

#include "attacks/rows/cell_summary.h"

namespace tacit::evaluation {

/// What each setting costs, the test accuracy of its model, and what it saves: how much the attacks that saw the update
/// got of the examples, each measure by the attack that got most. Identifiability and PSNR stand beside the recovered,
/// since what is not recovered exactly may still be told from all others. Empty unless models were trained in two
/// settings at least.
std::string cost_table(const std::vector<std::string>& axes, const std::vector<attacks::CellSummary>& summaries);

}  // namespace tacit::evaluation
