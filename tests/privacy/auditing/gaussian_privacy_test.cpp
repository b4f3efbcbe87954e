#include "privacy/auditing/gaussian_privacy.h"

#include <cmath>

#include "core/expect_error.h"

namespace tacit::privacy {
namespace {

TEST(GaussianPrivacy, HasThePublishedEpsilons) {
  // The exact epsilon of the Gaussian mechanism at delta = 1e-5 by its noise multiplier.
  EXPECT_NEAR(gaussian_epsilon(1 / 0.5, 1e-5), 9.9972561464, 1e-8);
  EXPECT_NEAR(gaussian_epsilon(1, 1e-5), 4.3771780957, 1e-8);
  EXPECT_NEAR(gaussian_epsilon(1 / 2.0, 1e-5), 1.9930914044, 1e-8);
  EXPECT_NEAR(gaussian_epsilon(1 / 3.0, 1e-5), 1.2710877669, 1e-8);
  // And the noise for an epsilon.
  EXPECT_NEAR(gaussian_delta(1 / 7.0318266756, 0.5), 1e-5, 1e-13);
  EXPECT_NEAR(gaussian_delta(1 / 0.6002290722, 8), 1e-5, 1e-12);
  // Three steps of z = sqrt 3 have mu = 1.
  EXPECT_NEAR(gaussian_delta(1, 1), 0.126936, 1e-6);
  EXPECT_EQ(gaussian_epsilon(0, 1e-5), 0);
  EXPECT_TRUE(std::isfinite(gaussian_delta(50, 3000)));
}

TEST(GaussianPrivacy, QuantileUndoesTheDistribution) {
  for (const double x : {-8.0, -1.5, 0.0, 0.3, 2.0}) EXPECT_NEAR(normal_quantile(normal_cdf(x)), x, 1e-9) << x;
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  // TPR of a mu-GDP mechanism at FPR 0.1: published for mu = 1.
  EXPECT_NEAR(normal_cdf(normal_quantile(0.1) + 1), 0.38914, 1e-5);
  EXPECT_TRUE(std::isinf(normal_quantile(1)));
}

TEST(GaussianPair, OfEqualDeviationsIsTheGaussianMechanism) {
  for (const double mu : {0.2, 1.0, 3.0})
    for (const double epsilon : {0.0, 0.5, 4.0}) {
      const double pair = gaussian_pair_delta({5 + mu * 0.7, 0.7}, {5, 0.7}, epsilon);
      EXPECT_NEAR(pair, gaussian_delta(mu, epsilon), 1e-13) << mu << " " << epsilon;
    }
  EXPECT_NEAR(gaussian_pair_epsilon({1, 1}, {0, 1}, 1e-5), gaussian_epsilon(1, 1e-5), 1e-9);
  // Nearly equal deviations go over into equal ones.
  EXPECT_NEAR(gaussian_pair_delta({1, 1 + 1e-9}, {0, 1}, 0.5), gaussian_delta(1, 0.5), 1e-8);
}

double density(double x, const Gaussian& one) {
  const double z = (x - one.mean) / one.deviation;
  return std::exp(-0.5 * z * z) / (one.deviation * std::sqrt(2 * M_PI));
}

/// The integral of (p - e^eps q)+ by the midpoint rule.
double integrated_delta(const Gaussian& one, const Gaussian& other, double epsilon) {
  constexpr int cells = 400'000;
  const double low = -20, width = 40.0 / cells;
  double sum = 0;
  for (int i = 0; i < cells; ++i) {
    const double x = low + (i + 0.5) * width;
    sum += std::max(0.0, density(x, one) - std::exp(epsilon) * density(x, other));
  }
  return sum * width;
}

TEST(GaussianPair, AgreesWithNumericalIntegration) {
  const Gaussian pairs[][2] = {{{1, 1}, {0, 1.3}}, {{0, 1.3}, {1, 1}}, {{2, 0.5}, {0, 1}}, {{0, 1}, {2, 0.5}},
                               {{0, 2}, {0, 1}},   {{0, 1}, {0, 2}},   {{-1, 1}, {1, 1.1}}};
  for (const auto& [one, other] : pairs)
    for (const double epsilon : {0.0, 0.5, 3.0}) {
      const double exact = gaussian_pair_delta(one, other, epsilon);
      EXPECT_NEAR(exact, integrated_delta(one, other, epsilon), 2e-8)
          << one.mean << " " << one.deviation << " " << other.mean << " " << other.deviation << " " << epsilon;
    }
  // Values of an earlier integration on a grid of its own.
  EXPECT_NEAR(gaussian_pair_delta({1, 1}, {0, 1.3}, 0.5), 1.373035365e-01, 1e-8);
  EXPECT_NEAR(gaussian_pair_delta({0, 1}, {2, 0.5}, 3), 6.744844256e-01, 1e-8);
}

TEST(GaussianPair, EpsilonTakesTheWorseDirection) {
  const Gaussian one{2, 0.5}, other{0, 1};
  const double epsilon = gaussian_pair_epsilon(one, other, 1e-2);
  EXPECT_NEAR(epsilon, gaussian_pair_epsilon(other, one, 1e-2), 1e-9);
  EXPECT_NEAR(std::max(gaussian_pair_delta(one, other, epsilon), gaussian_pair_delta(other, one, epsilon)), 1e-2, 1e-9);
  EXPECT_EQ(gaussian_pair_epsilon({1, 1}, {1, 1}, 1e-5), 0);
}

TEST(GaussianPrivacy, RefusesWhatIsNone) {
  expect_error([] { gaussian_delta(-1, 1); }, ErrorKind::usage, {"mu -1"});
  expect_error([] { gaussian_epsilon(1, 0); }, ErrorKind::usage, {"delta"});
  expect_error([] { gaussian_pair_epsilon({0, 0}, {0, 1}, 0.1); }, ErrorKind::usage, {"deviation 0"});
  expect_error([] { normal_quantile(-0.1); }, ErrorKind::usage, {"-0.1"});
}

}  // namespace
}  // namespace tacit::privacy
