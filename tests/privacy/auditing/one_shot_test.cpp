#include "privacy/auditing/one_shot.h"

#include <cmath>
#include <vector>

#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::privacy {
namespace {

struct Directions {
  std::vector<double> taken, left_out;  ///< cosines with the released sum
};

/// One release of the Gaussian mechanism: the sum of `canaries` unit vectors of dimension d plus N(0, sigma^2) on each
/// coordinate, and as many vectors that took no part.
Directions release(std::size_t canaries, std::size_t d, double sigma, std::uint32_t seed) {
  RandomStream stream({seed, Purpose::test, 0, 0});
  const auto unit = [&] {
    std::vector<double> v(d);
    double square = 0;
    for (double& x : v) x = stream.normal(), square += x * x;
    for (double& x : v) x /= std::sqrt(square);
    return v;
  };
  std::vector<std::vector<double>> in, out;
  std::vector<double> sum(d);
  for (double& x : sum) x = sigma * stream.normal();
  for (std::size_t c = 0; c < canaries; ++c) {
    in.push_back(unit());
    out.push_back(unit());
    for (std::size_t k = 0; k < d; ++k) sum[k] += in.back()[k];
  }
  double square = 0;
  for (const double x : sum) square += x * x;
  const auto cosine = [&](const std::vector<double>& v) {
    double inner = 0;
    for (std::size_t k = 0; k < d; ++k) inner += v[k] * sum[k];
    return inner / std::sqrt(square);
  };
  Directions result;
  for (const auto& v : in) result.taken.push_back(cosine(v));
  for (const auto& v : out) result.left_out.push_back(cosine(v));
  return result;
}

TEST(OneShot, SeesTheSignalOfTheMechanism) {
  // The mean cosine is mu / sqrt(d) = 1 / (sigma sqrt(d)), to a tenth of 1 / sqrt(d) with 100 canaries.
  for (const double sigma : {0.5, 2.0}) {
    const Directions seen = release(100, 8'000, sigma, 3);
    const OneShotEstimate estimate = one_shot_epsilon(seen.taken, seen.left_out, 1e-3);
    EXPECT_NEAR(estimate.in.mean * std::sqrt(8'000), 1 / sigma, 0.35) << sigma;
    EXPECT_NEAR(estimate.out.mean * std::sqrt(8'000), 0, 0.35) << sigma;
    EXPECT_NEAR(estimate.out.deviation * std::sqrt(8'000), 1, 0.25) << sigma;
  }
}

TEST(OneShot, OfManyCanariesIsTheEpsilonOfTheMechanism) {
  // With few it is too large on average, because every error of a deviation adds to it.
  const auto mean_estimate = [](std::size_t canaries, double mu) {
    double sum = 0;
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
      RandomStream stream({seed, Purpose::test, 0, 0});
      std::vector<double> cosines(canaries);
      for (double& cosine : cosines) cosine = (mu + stream.normal()) / 100;
      sum += one_shot_epsilon(cosines, 10'000, 1e-3).epsilon / 8;
    }
    return sum;
  };
  for (const double mu : {0.5, 1.0, 2.0}) {
    const double truth = gaussian_epsilon(mu, 1e-3);
    EXPECT_NEAR(mean_estimate(40'000, mu), truth, 0.03 * truth + 0.05) << mu;
    EXPECT_GT(mean_estimate(100, mu), truth) << mu;
  }
}

TEST(OneShot, TellsMissingNoiseFromNoise) {
  const double with = one_shot_epsilon(release(200, 5'000, 1, 4).taken, 5'000, 1e-3).epsilon;
  const double without = one_shot_epsilon(release(200, 5'000, 0, 4).taken, 5'000, 1e-3).epsilon;
  EXPECT_GT(without, 5 * with);
}

TEST(OneShot, IsTheClosedFormOfItsFits) {
  const std::vector<double> cosines{0.1, 0.3};
  const OneShotEstimate estimate = one_shot_epsilon(cosines, 100, 1e-2);
  EXPECT_NEAR(estimate.in.mean, 0.2, 1e-15);
  EXPECT_NEAR(estimate.in.deviation, std::sqrt(0.02), 1e-15);
  EXPECT_NEAR(estimate.out.deviation, 0.1, 1e-15);
  EXPECT_EQ(estimate.epsilon, gaussian_pair_epsilon(estimate.in, estimate.out, 1e-2));
  expect_error([] { one_shot_epsilon(std::vector{0.1}, 100, 1e-2); }, ErrorKind::usage, {"1 canaries"});
  expect_error([&] { one_shot_epsilon(cosines, 0, 1e-2); }, ErrorKind::usage, {"dimension 0"});
}

}  // namespace
}  // namespace tacit::privacy
