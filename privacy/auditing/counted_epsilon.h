#pragma once

#include <cstddef>

namespace tacit::privacy {

/// What a test that tells two neighbouring inputs apart came to over independent runs.
struct TestCounts {
  std::size_t hits = 0;          ///< said "in" when the record was in
  std::size_t ins = 0;           ///< runs with the record
  std::size_t false_alarms = 0;  ///< said "in" when it was not
  std::size_t outs = 0;          ///< runs without it
};

/// A lower bound of epsilon at this delta that is wrong with probability at most alpha (Jagielski, Ullman and Oprea
/// 2020, arXiv 2006.07709; Kairouz, Oh and Viswanath 2015): ln((1 - delta - FPR) / FNR) and ln((1 - delta - FNR) / FPR)
/// with the Clopper-Pearson upper bounds of both error rates, each at confidence 1 - alpha / 2, so that both hold at
/// once. 0 if the counts show nothing. The threshold of the test must not have been chosen on the same runs. Throws
/// Error(usage) on counts that do not fit, a delta outside [0, 1) or an alpha outside (0, 1).
double counted_epsilon(const TestCounts& counts, double delta, double alpha);

/// Likewise a lower bound of mu under the assumption that the mechanism is mu-Gaussian DP, which the Gaussian mechanism
/// is exactly (Nasr et al. 2023, arXiv 2302.07956): Phi^-1(1 - FPR) - Phi^-1(FNR). Much nearer to the truth than
/// counted_epsilon at small delta, because one threshold tells about all others.
double counted_mu(const TestCounts& counts, double alpha);

}  // namespace tacit::privacy
