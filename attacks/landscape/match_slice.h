#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/observation.h"
#include "attacks/threat_model.h"

namespace tacit::attacks {

/// What gradient matching searches, along one line: log10 of D(x) = |g(x) - g*|^2 / |g*|^2, where feature `feature` of
/// the first example of `point` [examples, features] moves over the range and everything else stays; labels are as
/// given. -infinity never: exact matches stand at the floor of -16. One point at each of `points` equal steps, and one
/// at the value that the feature has in `point`, where the narrowest minimum may lie. For after the attack: whoever
/// draws it knows the point. Throws as observed_gradient if the update cannot be read as a gradient, Error(usage) on
/// sizes that do not fit or fewer than two points.
std::vector<std::pair<double, double>> match_slice(const Observation& observation, const ThreatModel& threat_model,
                                                   std::span<const double> point, std::span<const std::int32_t> labels,
                                                   std::size_t feature, const Bounds& range, std::size_t points);

}  // namespace tacit::attacks
