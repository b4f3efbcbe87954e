#pragma once

#include <string>
#include <vector>

#include "attacks/features.h"
#include "attacks/rows/cell_summary.h"

namespace tacit::evaluation {

/// "batch_size = 4, defence = none": a setting by the axes that vary; empty if none does.
std::string setting_words(const std::vector<std::string>& axes, const std::vector<std::size_t>& varying,
                          const std::vector<std::string>& setting);

/// Share recovered of every attack in every setting, with intervals and the control on noise.
std::string success_chart(const std::vector<std::string>& axes, const std::vector<attacks::CellSummary>& summaries);
/// Share recovered against the largest error that still counts, one chart an attack: thresholds of every value at once.
/// `range` is what errors are a part of: the width of the bounds, half a turn for angles.
std::string tolerance_charts(const attacks::RawTable& table, const std::vector<attacks::CellSummary>& summaries,
                             double range);
/// How well every single run fits the gradient against how far it is from the truth: what lies low and right was found
/// though it fits badly, what lies high and left fits and is another input.
std::string fit_charts(const attacks::RawTable& table, const std::vector<attacks::CellSummary>& summaries);
/// Test accuracy against what the strongest attack recovered, where models were trained. Empty otherwise.
std::string cost_chart(const std::vector<std::string>& axes, const std::vector<attacks::CellSummary>& summaries);

}  // namespace tacit::evaluation
