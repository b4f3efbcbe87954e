#include "privacy/auditing/binomial.h"

#include <boost/math/special_functions/beta.hpp>
#include <cmath>

#include "core/error.h"

namespace tacit::privacy {
namespace {

void check(std::size_t successes, std::size_t trials) {
  if (successes > trials) fail(ErrorKind::usage, "{} successes in {} trials", successes, trials);
}

void check(std::size_t successes, std::size_t trials, double probability) {
  check(successes, trials);
  if (!(probability >= 0 && probability <= 1))
    fail(ErrorKind::usage, "{} is no probability: expected a number from 0 to 1", probability);
}

}  // namespace

double binomial_upper_tail(std::size_t successes, std::size_t trials, double probability) {
  check(successes, trials, probability);
  if (successes == 0) return 1;
  if (probability == 0 || probability == 1) return probability;
  return boost::math::ibeta(static_cast<double>(successes), static_cast<double>(trials - successes + 1), probability);
}

double binomial_probability(std::size_t successes, std::size_t trials, double probability) {
  check(successes, trials, probability);
  if (probability == 0) return successes == 0 ? 1 : 0;
  if (probability == 1) return successes == trials ? 1 : 0;
  // The density of Beta(k + 1, n - k + 1) at p is (n + 1) times this probability.
  const double k = static_cast<double>(successes), n = static_cast<double>(trials);
  return boost::math::ibeta_derivative(k + 1, n - k + 1, probability) / (n + 1);
}

ProbabilityBounds clopper_pearson(std::size_t successes, std::size_t trials, double alpha) {
  check(successes, trials);
  if (!(alpha > 0 && alpha < 1)) fail(ErrorKind::usage, "alpha is {}: expected a number between 0 and 1", alpha);
  ProbabilityBounds bounds;
  const double k = static_cast<double>(successes), n = static_cast<double>(trials);
  if (successes > 0) bounds.low = boost::math::ibeta_inv(k, n - k + 1, alpha / 2);
  if (successes < trials) bounds.high = boost::math::ibetac_inv(k + 1, n - k, alpha / 2);
  return bounds;
}

}  // namespace tacit::privacy
