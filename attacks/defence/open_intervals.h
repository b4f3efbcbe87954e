#pragma once

#include <span>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/defence/known_defence.h"
#include "attacks/observation.h"
#include "models/model.h"

namespace tacit::attacks {

/// What an update leaves open about each of its components as they were before pruning, rounding and Soteria's mask:
/// [parameters], in the units of the update. One point where the value itself was sent; the numbers that round to the
/// same level; all numbers of one sign; what is no larger than the smallest that was kept of a tensor; and every number
/// where the mask lay or a statistic stands. Every interval holds the true component, whatever the client's numbers
/// were, where the defence is as told. Under noise Soteria's columns are those of least norm, which is a guess.
std::vector<Bounds> open_intervals(const Observation& observation, const models::Model<double>& model,
                                   const KnownDefence& defence);

/// Between two levels of quantised numbers, the largest of which stands on the last level.
double quantisation_step(std::span<const float> update, unsigned bits);

}  // namespace tacit::attacks
