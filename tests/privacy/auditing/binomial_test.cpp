#include "privacy/auditing/binomial.h"

#include <cmath>

#include "core/expect_error.h"

namespace tacit::privacy {
namespace {

// Reference values: exact binomial sums in decimal arithmetic of 60 digits, roots of them by bisection.

TEST(Binomial, TailsAreExactAlsoFarOut) {
  EXPECT_NEAR(binomial_upper_tail(90, 100, 0.3) / 4.477482114901719e-36, 1, 1e-12);
  EXPECT_NEAR(binomial_upper_tail(300, 1000, 0.25) / 1.935903219490790e-04, 1, 1e-12);
  EXPECT_EQ(binomial_upper_tail(0, 5, 0.2), 1);
  EXPECT_EQ(binomial_upper_tail(1, 5, 0), 0);
  EXPECT_NEAR(binomial_upper_tail(5, 5, 0.2), std::pow(0.2, 5), 1e-18);
}

TEST(Binomial, ProbabilitiesAddUpToTails) {
  double sum = 0;
  for (std::size_t k = 40; k-- > 0;) {
    sum += binomial_probability(k, 39, 0.37);
    EXPECT_NEAR(sum, binomial_upper_tail(k, 39, 0.37), 1e-13) << k;
  }
  EXPECT_NEAR(binomial_probability(2, 4, 0.5), 6.0 / 16, 1e-15);
  EXPECT_EQ(binomial_probability(0, 3, 0), 1);
  EXPECT_EQ(binomial_probability(3, 3, 1), 1);
}

struct Exact {
  std::size_t successes, trials;
  double alpha, low, high;
};

TEST(ClopperPearson, AgreesWithExactSums) {
  for (const Exact& exact :
       {Exact{7, 20, 0.05, 0.153909204784541, 0.592188534532828}, Exact{0, 500, 0.01, 0, 0.010540688188676},
        Exact{37, 120, 0.001, 0.180947517863112, 0.460069833641796},
        Exact{999, 1000, 0.05, 0.994441075720173, 0.999974682512509}}) {
    const ProbabilityBounds bounds = clopper_pearson(exact.successes, exact.trials, exact.alpha);
    EXPECT_NEAR(bounds.low, exact.low, 1e-12) << exact.successes;
    EXPECT_NEAR(bounds.high, exact.high, 1e-12) << exact.successes;
  }
  // Closed: without a success the upper bound is 1 - (alpha / 2)^(1 / n).
  EXPECT_NEAR(clopper_pearson(0, 33, 0.1).high, 1 - std::pow(0.05, 1.0 / 33), 1e-13);
  EXPECT_EQ(clopper_pearson(0, 33, 0.1).low, 0);
  EXPECT_EQ(clopper_pearson(33, 33, 0.1).high, 1);
  EXPECT_EQ(clopper_pearson(0, 0, 0.1).high, 1);
}

TEST(ClopperPearson, KeepsItsCoverageForEveryTruth) {
  // P[bound misses] summed over all outcomes, for a grid of truths: at most alpha / 2 on either side.
  constexpr std::size_t trials = 25;
  constexpr double alpha = 0.1;
  for (double truth = 0.02; truth < 1; truth += 0.02) {
    double above = 0, below = 0;
    for (std::size_t k = 0; k <= trials; ++k) {
      const ProbabilityBounds bounds = clopper_pearson(k, trials, alpha);
      const double probability = binomial_probability(k, trials, truth);
      if (truth < bounds.low) below += probability;
      if (truth > bounds.high) above += probability;
    }
    EXPECT_LE(below, alpha / 2) << truth;
    EXPECT_LE(above, alpha / 2) << truth;
  }
}

TEST(Binomial, RefusesWhatIsNoCount) {
  expect_error([] { binomial_upper_tail(3, 2, 0.5); }, ErrorKind::usage, {"3 successes in 2 trials"});
  expect_error([] { binomial_probability(1, 2, 1.5); }, ErrorKind::usage, {"1.5"});
  expect_error([] { clopper_pearson(1, 2, 0); }, ErrorKind::usage, {"alpha"});
}

}  // namespace
}  // namespace tacit::privacy
