#pragma once

namespace tacit::privacy {

/// Phi, the distribution function of the standard normal distribution, and its inverse. The inverse takes a number in
/// [0, 1] and is infinite at both ends; Error(usage) beyond.
double normal_cdf(double x);
double normal_quantile(double probability);

/// The least delta for which mu-Gaussian differential privacy is (epsilon, delta)-DP: Phi(mu/2 - eps/mu) - exp(eps)
/// Phi(-mu/2 - eps/mu) (Dong, Roth and Su 2019, arXiv 1905.02383, Corollary 2.13; Balle and Wang 2018, arXiv
/// 1805.06530, Theorem 8). The Gaussian mechanism with sensitivity 1 and noise of standard deviation z has mu = 1 / z.
/// Exact: no mechanism of that mu has less. mu and epsilon at least 0 and finite, or Error(usage).
double gaussian_delta(double mu, double epsilon);
/// The least epsilon for a delta in (0, 1], to 1e-12 relative; 0 if delta alone covers it.
double gaussian_epsilon(double mu, double delta);

/// A normal distribution.
struct Gaussian {
  double mean = 0;
  double deviation = 1;  ///< positive
};

/// The least epsilon >= 0 for which neither of two distributions is more than (epsilon, delta) from the other:
/// P(S) <= exp(epsilon) Q(S) + delta for every S, both ways. Exact: the log-likelihood ratio of two Gaussians is a
/// quadratic, whose level sets are intervals. Throws Error(usage) on a deviation that is not positive and finite or a
/// delta outside (0, 1).
double gaussian_pair_epsilon(const Gaussian& one, const Gaussian& other, double delta);
/// The least delta for that epsilon, in the direction from `one` to `other` alone: sup_S P(S) - exp(epsilon) Q(S).
double gaussian_pair_delta(const Gaussian& one, const Gaussian& other, double epsilon);

}  // namespace tacit::privacy
