#pragma once

#include <cstddef>

namespace tacit::attacks {

struct Interval {
  double low = 0, high = 1;
};

/// The 95 % score interval of a success rate (Wilson, J. Amer. Statist. Assoc. 22, 1927): keeps its coverage for few
/// trials and rates near 0 or 1. [0, 1] without trials. Throws Error(usage) if successes > trials.
Interval wilson_interval(std::size_t successes, std::size_t trials);
/// The same of a rate in [0, 1] that was averaged within each of `trials` independent trials, such as the share of a
/// batch that was recovered: examples of one batch stand or fall together, so they must not count as trials of their
/// own.
Interval wilson_interval_of_rate(double rate, std::size_t trials);

}  // namespace tacit::attacks
