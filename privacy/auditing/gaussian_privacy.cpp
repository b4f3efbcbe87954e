#include "privacy/auditing/gaussian_privacy.h"

#include <algorithm>
#include <boost/math/special_functions/erf.hpp>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace tacit::privacy {
namespace {

/// Where a falling function of epsilon >= 0 passes `level`.
template <class Function>
double root_of_falling(const Function& function, double level) {
  if (function(0.0) <= level) return 0;
  double low = 0, high = 1;
  while (function(high) > level) {
    low = high;
    high *= 2;
    if (high > 1e12) return std::numeric_limits<double>::infinity();
  }
  for (int i = 0; i < 200 && high - low > 1e-13 * high; ++i) {
    const double middle = (low + high) / 2;
    (function(middle) > level ? low : high) = middle;
  }
  return high;
}

/// exp(shift) P[a < X < b], without overflow of the factor where the probability is tiny.
double scaled_mass(const Gaussian& of, double a, double b, double shift) {
  double low = (a - of.mean) / of.deviation, high = (b - of.mean) / of.deviation;
  if (low > -high) std::swap(low, high), low = -low, high = -high;  // the side with the smaller tail, by symmetry
  const double mass = normal_cdf(high) - (std::isinf(low) ? 0 : normal_cdf(low));
  return mass <= 0 ? 0 : std::exp(shift + std::log(mass));
}

void check(const Gaussian& one) {
  if (!std::isfinite(one.mean) || !std::isfinite(one.deviation) || one.deviation <= 0)
    fail(ErrorKind::usage, "a Gaussian of mean {} and deviation {}: expected finite numbers, the second positive",
         one.mean, one.deviation);
}

}  // namespace

double normal_cdf(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

double normal_quantile(double probability) {
  if (!(probability >= 0 && probability <= 1))
    fail(ErrorKind::usage, "{} is no probability: expected a number from 0 to 1", probability);
  if (probability == 0) return -std::numeric_limits<double>::infinity();
  if (probability == 1) return std::numeric_limits<double>::infinity();
  return -std::sqrt(2.0) * boost::math::erfc_inv(2 * probability);
}

double gaussian_delta(double mu, double epsilon) {
  if (!(mu >= 0 && std::isfinite(mu) && epsilon >= 0 && std::isfinite(epsilon)))
    fail(ErrorKind::usage, "mu {} and epsilon {}: expected finite numbers of at least 0", mu, epsilon);
  if (mu == 0) return 0;
  const double tail = normal_cdf(-mu / 2 - epsilon / mu);
  const double subtracted = tail > 0 ? std::exp(epsilon + std::log(tail)) : 0;
  return std::max(0.0, normal_cdf(mu / 2 - epsilon / mu) - subtracted);
}

double gaussian_epsilon(double mu, double delta) {
  if (!(delta > 0 && delta <= 1)) fail(ErrorKind::usage, "delta is {}: expected a number in (0, 1]", delta);
  return root_of_falling([mu](double epsilon) { return gaussian_delta(mu, epsilon); }, delta);
}

double gaussian_pair_delta(const Gaussian& one, const Gaussian& other, double epsilon) {
  check(one);
  check(other);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  // ln p(x) / q(x) - epsilon = a x^2 + b x + c with x measured from the mean of `one`.
  const double s1 = one.deviation, s0 = other.deviation, shift = one.mean - other.mean;
  const double a = 0.5 / (s0 * s0) - 0.5 / (s1 * s1);
  const double b = shift / (s0 * s0);
  const double c = shift * shift / (2 * s0 * s0) + std::log(s0 / s1) - epsilon;
  const auto mass = [&](double low, double high) {
    return scaled_mass(one, one.mean + low, one.mean + high, 0) -
           scaled_mass(other, one.mean + low, one.mean + high, epsilon);
  };
  if (a == 0) {
    if (b == 0) return c > 0 ? 1 - std::exp(epsilon) : 0;
    return std::max(0.0, b > 0 ? mass(-c / b, infinity) : mass(-infinity, -c / b));
  }
  const double discriminant = b * b - 4 * a * c;
  if (discriminant <= 0) return a > 0 ? std::max(0.0, 1 - std::exp(epsilon)) : 0;
  // The root of larger magnitude first, so that nearly equal deviations lose no digits.
  const double far = -0.5 * (b + std::copysign(std::sqrt(discriminant), b));
  double low = far / a, high = c / far;
  if (low > high) std::swap(low, high);
  return std::max(0.0, a < 0 ? mass(low, high) : mass(-infinity, low) + mass(high, infinity));
}

double gaussian_pair_epsilon(const Gaussian& one, const Gaussian& other, double delta) {
  if (!(delta > 0 && delta < 1)) fail(ErrorKind::usage, "delta is {}: expected a number between 0 and 1", delta);
  return root_of_falling(
      [&](double epsilon) {
        return std::max(gaussian_pair_delta(one, other, epsilon), gaussian_pair_delta(other, one, epsilon));
      },
      delta);
}

}  // namespace tacit::privacy
