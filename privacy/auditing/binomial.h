#pragma once

#include <cstddef>

namespace tacit::privacy {

/// Bounds of a probability that was estimated by counting.
struct ProbabilityBounds {
  double low = 0, high = 1;
};

/// P[X >= successes] for X ~ Binomial(trials, probability), by the incomplete beta function: exact also far out in the
/// tail. Throws Error(usage) if successes > trials or the probability lies outside [0, 1].
double binomial_upper_tail(std::size_t successes, std::size_t trials, double probability);
/// P[X = successes]. Throws likewise.
double binomial_probability(std::size_t successes, std::size_t trials, double probability);

/// The exact interval of a success probability (Clopper and Pearson, Biometrika 26, 1934): the truth lies below `low`
/// with probability at most alpha / 2, and above `high` likewise, whatever it is. [0, 1] without trials. Throws
/// Error(usage) if successes > trials or alpha lies outside (0, 1).
ProbabilityBounds clopper_pearson(std::size_t successes, std::size_t trials, double alpha);

}  // namespace tacit::privacy
