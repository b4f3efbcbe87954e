#pragma once

#include <cstddef>

namespace tacit::privacy {

/// What an auditor guessed about m records that a fair coin each put into one run or left out.
struct OneRunGuesses {
  std::size_t canaries = 0;  ///< m
  std::size_t guesses = 0;   ///< r of them were guessed, in or out; the others abstained from
  std::size_t right = 0;     ///< v guesses were right
};

/// The largest probability with which a mechanism that is (epsilon, delta)-DP lets an auditor guess so much right, by
/// Steinke, Nasr and Jagielski 2023 (arXiv 2305.08846, Theorem 5.2): with W ~ Binomial(r, e^eps / (1 + e^eps)),
/// P[W >= v] + 2 m delta max_{1 <= i <= v} P[v - i <= W < v] / i. A p-value against the claim; at most 1. Throws
/// Error(usage) unless right <= guesses <= canaries, epsilon >= 0 and delta in [0, 1].
double one_run_p_value(const OneRunGuesses& guesses, double epsilon, double delta);

/// The largest epsilon, to 1e-9, whose p-value is below alpha: the claim of any smaller one is refuted, wrongly with
/// probability at most alpha. 0 if not even epsilon = 0 is refuted. No audit of r guesses can show more than about
/// ln(r / ln(1 / alpha)). Throws Error(usage) likewise, and on an alpha outside (0, 1).
double one_run_epsilon(const OneRunGuesses& guesses, double delta, double alpha);

}  // namespace tacit::privacy
