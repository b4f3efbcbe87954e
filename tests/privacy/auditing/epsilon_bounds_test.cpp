#include <cmath>

#include "core/expect_error.h"
#include "core/random.h"
#include "privacy/auditing/counted_epsilon.h"
#include "privacy/auditing/gaussian_privacy.h"
#include "privacy/auditing/one_run.h"

namespace tacit::privacy {
namespace {

TEST(CountedEpsilon, HasThePublishedValue) {
  EXPECT_NEAR(counted_epsilon({500, 500, 0, 500}, 0, 0.01), 4.541915810, 1e-8);
  // The other side of the test shows the same.
  EXPECT_NEAR(counted_epsilon({0, 500, 500, 500}, 0, 0.01), 0, 0);
  EXPECT_NEAR(counted_epsilon({500, 500, 0, 500}, 0.1, 0.01), std::log((0.9 - 0.010540688188676) / 0.010540688188676),
              1e-9);
  EXPECT_EQ(counted_epsilon({250, 500, 250, 500}, 0, 0.05), 0);
  EXPECT_EQ(counted_epsilon({0, 0, 0, 0}, 0, 0.05), 0);
}

TEST(CountedMu, StaysBelowTheTruthAsOftenAsItSays) {
  // A mechanism of mu = 1 tested at its best threshold, 400 audits of 200 runs each: the bound may exceed 1 in a share
  // alpha of them at most. P[more than 60 of 400 | 10 %] < 1e-3 if the bound is right.
  constexpr double alpha = 0.1;
  int wrong = 0;
  double sum = 0;
  for (std::uint32_t audit = 0; audit < 400; ++audit) {
    RandomStream stream({7, Purpose::test, audit, 0});
    TestCounts counts{0, 100, 0, 100};
    for (int i = 0; i < 100; ++i) {
      counts.hits += stream.normal() + 1 > 0.5;
      counts.false_alarms += stream.normal() > 0.5;
    }
    const double mu = counted_mu(counts, alpha);
    wrong += mu > 1;
    sum += mu;
    // (epsilon, delta) of the same counts is a weaker statement about the same mechanism.
    EXPECT_LE(counted_epsilon(counts, 1e-5, alpha), gaussian_epsilon(mu, 1e-5) + 1e-9);
  }
  EXPECT_LE(wrong, 60);
  EXPECT_GT(sum / 400, 0.4);
}

TEST(OneRun, HasThePublishedValues) {
  EXPECT_NEAR(one_run_epsilon({100, 100, 75}, 0, 0.05), 0.70221, 1e-5);
  EXPECT_NEAR(one_run_epsilon({1000, 1000, 1000}, 0, 0.05), 5.80907, 1e-5);
  EXPECT_EQ(one_run_epsilon({500, 500, 260}, 0, 0.05), 0);
  // Closed: all of r right gives ln(q / (1 - q)) with q = alpha^(1 / r).
  const double q = std::pow(0.05, 1.0 / 40);
  EXPECT_NEAR(one_run_epsilon({1000, 40, 40}, 0, 0.05), std::log(q / (1 - q)), 1e-8);
}

TEST(OneRun, AgreesWithExactSumsAtADelta) {
  // Exact sums in decimal arithmetic of 60 digits.
  EXPECT_NEAR(one_run_p_value({100, 100, 75}, 0.7, 0) / 4.895486634465410e-02, 1, 1e-11);
  EXPECT_NEAR(one_run_p_value({100, 60, 50}, 1, 1e-5) / 4.574139987331790e-02, 1, 1e-11);
  EXPECT_NEAR(one_run_p_value({200, 200, 180}, 1.5, 1e-3) / 1.660787468970019e-02, 1, 1e-11);
  EXPECT_NEAR(one_run_p_value({1000, 40, 38}, 2, 1e-5) / 1.326566392119179e-01, 1, 1e-11);
  EXPECT_NEAR(one_run_epsilon({100, 60, 50}, 1e-5, 0.05), 1.012992076600, 1e-8);
  EXPECT_NEAR(one_run_epsilon({200, 200, 180}, 1e-3, 0.05), 1.740412605750, 1e-8);
  EXPECT_NEAR(one_run_epsilon({1000, 40, 38}, 1e-5, 0.05), 1.727732769822, 1e-8);
}

TEST(OneRun, OfRandomisedResponseIsWrongAsRarelyAsItSays) {
  // The mechanism whose guesses attain the bound: each right with probability e^eps / (1 + e^eps), epsilon = 1.
  constexpr double alpha = 0.05;
  const double q = 1 / (1 + std::exp(-1.0));
  int wrong = 0;
  for (std::uint32_t audit = 0; audit < 1000; ++audit) {
    RandomStream stream({11, Purpose::test, audit, 0});
    OneRunGuesses guesses{200, 200, 0};
    for (int i = 0; i < 200; ++i) guesses.right += stream.uniform() < q;
    wrong += one_run_p_value(guesses, 1, 0) < alpha;
  }
  // P[more than 80 of 1000 | 5 %] < 1e-4; a test without power would give none at all.
  EXPECT_LE(wrong, 80);
  EXPECT_GE(wrong, 10);
}

TEST(EpsilonBounds, RefuseCountsThatDoNotFit) {
  expect_error([] { counted_epsilon({3, 2, 0, 1}, 0, 0.05); }, ErrorKind::usage, {"3 hits in 2"});
  expect_error([] { counted_epsilon({1, 2, 0, 1}, 1, 0.05); }, ErrorKind::usage, {"delta"});
  expect_error([] { one_run_p_value({10, 11, 3}, 1, 0); }, ErrorKind::usage, {"3 right of 11"});
  expect_error([] { one_run_p_value({10, 10, 3}, -1, 0); }, ErrorKind::usage, {"epsilon -1"});
  expect_error([] { one_run_epsilon({10, 10, 3}, 0, 1); }, ErrorKind::usage, {"alpha"});
}

}  // namespace
}  // namespace tacit::privacy
