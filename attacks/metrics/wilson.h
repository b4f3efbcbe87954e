#pragma once

#include <cstddef>

namespace tacit::attacks {

struct Interval {
  double low = 0, high = 1;
};

/// The 95 % score interval of a success rate (Wilson, J. Amer. Statist. Assoc. 22, 1927): keeps its coverage for few
/// trials and rates near 0 or 1. [0, 1] without trials. Throws Error(usage) if successes > trials.
Interval wilson_interval(std::size_t successes, std::size_t trials);

}  // namespace tacit::attacks
