#include "privacy/differential_privacy/noise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "refusal.h"

namespace tacit::privacy {
namespace {

constexpr std::size_t count = 100'000;

std::vector<float> noise(void (*add)(std::span<float>, double, RandomStream&), double scale, std::uint64_t seed = 1) {
  std::vector<float> values(count);
  RandomStream stream({.seed = seed, .purpose = Purpose::test});
  add(values, scale, stream);
  return values;
}

/// The Kolmogorov-Smirnov distance of a sample to a distribution.
template <class Cdf>
double distance(std::vector<float> sample, const Cdf& cdf) {
  std::sort(sample.begin(), sample.end());
  double largest = 0;
  const auto n = static_cast<double>(sample.size());
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double expected = cdf(static_cast<double>(sample[i]));
    largest = std::max({largest, std::abs(expected - static_cast<double>(i) / n),
                        std::abs(expected - static_cast<double>(i + 1) / n)});
  }
  return largest;
}

// Beyond 1.63 / sqrt(n) a true sample lies in 1 % of all seeds.
const double critical = 1.63 / std::sqrt(static_cast<double>(count));

TEST(Noise, GaussianFollowsTheNormalDistribution) {
  EXPECT_LT(distance(noise(add_gaussian_noise, 0.3), [](double x) { return std::erfc(-x / 0.3 / std::sqrt(2)) / 2; }),
            critical);
}

TEST(Noise, LaplaceFollowsItsDensity) {
  const auto cdf = [](double x) { return x < 0 ? std::exp(x / 0.3) / 2 : 1 - std::exp(-x / 0.3) / 2; };
  EXPECT_LT(distance(noise(add_laplace_noise, 0.3), cdf), critical);
  EXPECT_GT(distance(noise(add_gaussian_noise, 0.3), cdf), critical) << "the test tells the two apart";
}

TEST(Noise, IsAddedAndFollowsItsStream) {
  for (const auto add : {add_gaussian_noise, add_laplace_noise}) {
    const std::vector<float> alone = noise(add, 2.0);
    EXPECT_EQ(alone, noise(add, 2.0));
    EXPECT_NE(alone, noise(add, 2.0, 2));
    std::vector<float> values(count, 5.0f);
    RandomStream stream({.seed = 1, .purpose = Purpose::test});
    add(values, 2.0, stream);
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_NEAR(values[i], 5 + alone[i], 1e-5);
    std::vector<float> still{1, 2};
    add(still, 0.0, stream);
    EXPECT_EQ(still, (std::vector<float>{1, 2}));
  }
}

TEST(Noise, RefusesWhatIsNotFiniteAndChangesNothing) {
  for (const auto add : {add_gaussian_noise, add_laplace_noise}) {
    RandomStream stream({.seed = 1, .purpose = Purpose::test});
    std::vector<float> values{1, std::nanf("")};
    EXPECT_NE(refusal(ErrorKind::data, [&] { add(values, 1, stream); }).find("value 1"), std::string::npos);
    EXPECT_EQ(values[0], 1);
    std::vector<float> huge(100, std::numeric_limits<float>::max());
    refusal(ErrorKind::data, [&] { add(huge, 1e38, stream); });
    EXPECT_EQ(huge, std::vector<float>(100, std::numeric_limits<float>::max()));
    for (const double scale : {-1.0, std::numeric_limits<double>::infinity(), std::nan("")})
      refusal(ErrorKind::usage, [&] { add(values, scale, stream); });
  }
}

}  // namespace
}  // namespace tacit::privacy
