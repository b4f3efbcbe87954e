#pragma once

#include <span>
#include <vector>

#include "attacks/inference/candidates.h"
#include "models/model.h"

namespace tacit::attacks {

/// The step of a malicious client that climbs: +rate times the gradient of the mean loss over the candidates at theta
/// [parameters] (Nasr, Shokri and Houmansadr 2019, arXiv 1812.00910, Sec. III-B, active attack by gradient ascent).
/// Whoever trains on a candidate takes its loss down again, so that members stand out of the global models. The rest of
/// theta's entries, statistics, stay. Throws Error(usage) if sizes do not fit, Error(data) if the gradient is not
/// finite.
std::vector<float> ascent_step(const models::Model<float>& model, std::span<const float> theta,
                               const Candidates& candidates, double rate);

}  // namespace tacit::attacks
