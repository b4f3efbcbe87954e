#pragma once

#include <cstdint>
#include <span>

namespace tacit::quantum_sim::analysis {

/// What an attacker faces who solves gradient equations g_p(x) = observed value for n inputs, each g_p a trigonometric
/// polynomial of degree d_j in input j's base frequency (Kumar et al., arXiv 2309.13002, argue with these counts; here
/// d_j is that of the gradient of the squared error). Upper bounds on effort, not proofs of privacy. As log10, since
/// they overflow soon; -inf where there is nothing to solve for.
struct InversionBounds {
  std::size_t unknowns = 0;  ///< inputs with d_j > 0
  bool finite = true;        ///< false: an input has no integer degree, so no bound applies; the logs are then NaN
  /// Bezout for n equations in cos and sin of each input, each of total degree sum_j d_j, with the n circles
  /// c_j^2 + s_j^2 = 1: 2^n (sum_j d_j)^n.
  double log10_bezout = 0;
  /// In z_j = exp(i base_j x_j), a Laurent polynomial whose Newton polytope is the box of sides 2 d_j: at most
  /// n! prod_j 2 d_j isolated solutions (Bernstein 1975), never more than Bezout. For one input 2 d.
  double log10_laurent = 0;
  /// Gradient samples that determine each equation as a function of x: prod_j (2 d_j + 1), the Nyquist count.
  double log10_nyquist = 0;
};

/// `degrees[j]` of the equations in input j; zeros are skipped.
InversionBounds inversion_bounds(std::span<const std::uint64_t> degrees);

}  // namespace tacit::quantum_sim::analysis
