#pragma once

#include <vector>

#include "attacks/inference/run_signals.h"

namespace tacit::attacks {

// Scores from the updates of all rounds. A candidate is in the run if it is in the data of some client, so each
// client's evidence is added up over its rounds and the client with the most of it speaks for the candidate. Each
// throws Error(configuration) with the reason where the signals have no alignments.

/// Mean over the rounds of the cosine between update and candidate's gradient.
std::vector<double> cosine_scores(const RunSignals& signals);
/// Mean over the rounds of UpdateAlignment::differences.
std::vector<double> difference_scores(const RunSignals& signals);
/// The cosine measured against the other clients of the same round, who do not hold the candidate if this one does:
/// (cosine - their mean) / their deviation, summed over rounds (after Zhu et al. 2025, FedMIA, CVPR, arXiv 2402.06289,
/// who call it all for one). Deviations are pooled over candidates, as few clients give none of their own. Needs three
/// clients in a round; other rounds do not count.
std::vector<double> all_for_one_scores(const RunSignals& signals);

}  // namespace tacit::attacks
