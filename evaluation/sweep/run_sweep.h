#pragma once

#include <filesystem>

#include "attacks/rows/raw_row.h"
#include "core/progress.h"
#include "evaluation/sweep/sweep.h"
#include "evaluation/sweep/trial_log.h"

namespace tacit::evaluation {

/// Does what of a sweep is not yet in its log: first the training runs (folder/training/KEY), one after another, then
/// all trials side by side, the first trial of every cell before the second of any, so that the time left is told well
/// and an early end leaves something of everything. Results depend on neither threads nor interruptions, except for
/// seconds. The bar shows all of it. Throws Error(interrupted) on Ctrl-C; what was done then is kept.
void run_sweep(Sweep& sweep, const std::filesystem::path& folder, TrialLog& log, std::size_t threads,
               Progress::Style style = Progress::Style::automatic);

/// The raw rows of a finished sweep, in the order of its cells and trials.
attacks::RawTable table_of(const Sweep& sweep, const TrialLog& log);

}  // namespace tacit::evaluation
