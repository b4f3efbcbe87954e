#pragma once

#include <string>
#include <vector>

#include "attacks/attack_result.h"
#include "attacks/metrics/feature_accuracy.h"
#include "attacks/metrics/identifiability.h"
#include "attacks/rows/raw_row.h"
#include "attacks/score.h"

namespace tacit::attacks {

/// What results are compared with: here, after the attack has ended, they meet the truth (promise P3).
struct Scoring {
  const GroundTruth& truth;
  const Features& features;
  const Identifiability* identifiability = nullptr;  ///< null: nobody asks who is identified
  const TableEntries* table = nullptr;               ///< null: examples are not rows of a table
};

/// One row for each run of an attack; `observation`, `seen` and whatever else says where they belong is the caller's.
/// `searches` is that of the method (methods/method.h): the score of one that does not is a relative residual, and
/// stands in the row squared, so that it compares with squared distances and one threshold of fit serves all.
std::vector<RawRow> scored_rows(const AttackResult& result, bool searches, const Scoring& scoring);
/// The row of a guess without gradient: `example` [input_size] for every true example.
RawRow scored_guess(std::string name, std::span<const double> example, const Scoring& scoring);
/// The row of an attack that does not apply.
RawRow refused_row(std::string attack, std::string reason, const GroundTruth& truth, const Features& features);

}  // namespace tacit::attacks
