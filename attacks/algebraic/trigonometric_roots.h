#pragma once

#include <complex>
#include <functional>
#include <vector>

#include "attacks/algebraic/trigonometric_polynomial.h"

namespace tacit::attacks {

/// Called at least every second or so of long work, which ends by what it throws.
using BetweenSteps = std::function<void()>;

/// All 2 d zeros z of p, as a polynomial z^d p of degree 2 d in z = exp(i t): the eigenvalues of its companion matrix
/// (Boyd, J. Eng. Math. 56, 203 (2006)). Those on the unit circle are the real roots of p; as p is real, the others
/// come in pairs z, 1 / conj z. Empty for a constant. Time grows with d^3. Throws Error(internal) if the eigenvalues do
/// not converge.
std::vector<std::complex<double>> complex_roots(const TrigonometricPolynomial& p,
                                                const BetweenSteps& between_steps = {});

struct RealRoot {
  double t = 0;  ///< in [0, 2 pi)
  bool simple =
      false;  ///< the sign changes there by a slope above rounding; else a double root, or one of higher order
};

/// All real roots of p in a period, ascending, each once whatever its order. Given its complex_roots, every one is
/// polished by Newton on p and, for double roots, where Newton on p is slow and inexact, on p'; a t counts if |p(t)| <=
/// 1e-12 magnitude. Changes of sign on a grid of 8 d points are a second, independent source, should an eigenvalue be
/// inexact.
std::vector<RealRoot> real_roots(const TrigonometricPolynomial& p, const std::vector<std::complex<double>>& complex,
                                 const BetweenSteps& between_steps = {});

/// Where Newton on p' ends from t: a stationary point of p, or t itself if there is no curvature to follow.
double stationary_point(const TrigonometricPolynomial& p, double t);

/// The same angle in [0, 2 pi).
double wrapped(double t);

}  // namespace tacit::attacks
