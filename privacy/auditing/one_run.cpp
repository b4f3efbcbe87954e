#include "privacy/auditing/one_run.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "privacy/auditing/binomial.h"

namespace tacit::privacy {

double one_run_p_value(const OneRunGuesses& guesses, double epsilon, double delta) {
  const auto [m, r, v] = guesses;
  if (v > r || r > m)
    fail(ErrorKind::usage, "{} right of {} guesses about {} canaries: expected no more than each before", v, r, m);
  if (!(epsilon >= 0 && std::isfinite(epsilon)) || !(delta >= 0 && delta <= 1))
    fail(ErrorKind::usage, "epsilon {} and delta {}: expected at least 0, and a number from 0 to 1", epsilon, delta);
  const double q = 1 / (1 + std::exp(-epsilon));
  double p = binomial_upper_tail(v, r, q);
  if (delta > 0) {
    double below = 0, largest = 0;  // P[v - i <= W < v], and the largest of it over i
    for (std::size_t i = 1; i <= v; ++i) {
      below += binomial_probability(v - i, r, q);
      largest = std::max(largest, below / static_cast<double>(i));
    }
    p += 2 * static_cast<double>(m) * delta * largest;
  }
  return std::min(p, 1.0);
}

double one_run_epsilon(const OneRunGuesses& guesses, double delta, double alpha) {
  if (!(alpha > 0 && alpha < 1)) fail(ErrorKind::usage, "alpha is {}: expected a number between 0 and 1", alpha);
  const auto refuted = [&](double epsilon) { return one_run_p_value(guesses, epsilon, delta) < alpha; };
  if (!refuted(0)) return 0;
  double low = 0, high = 1;
  while (refuted(high) && high < 64) low = high, high *= 2;
  while (high - low > 1e-9) {
    const double middle = (low + high) / 2;
    (refuted(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace tacit::privacy
