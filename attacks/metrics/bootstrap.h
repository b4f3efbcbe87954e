#pragma once

#include <cstdint>
#include <span>

#include "attacks/metrics/wilson.h"

namespace tacit::attacks {

/// The 95 % percentile bootstrap interval of a mean (Efron, Ann. Statist. 7(1), 1979): 2,000 resamples of the values
/// with replacement, drawn from {seed, Purpose::resampling}. For values of which no distribution is known, such as
/// errors of reconstructions; with few values it is too narrow, and of one value it is that value. Throws Error(usage)
/// without values or if one is not finite.
Interval bootstrap_interval(std::span<const double> values, std::uint64_t seed = 0);

}  // namespace tacit::attacks
