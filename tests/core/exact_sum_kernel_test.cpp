#include "core/exact_sum_kernel.h"

#include <hwy/highway.h>

#include <limits>

#include "core/exact_sum_reference.h"

namespace tacit {
namespace {

/// Runs every test once for each instruction set that this machine has, the portable one included.
class EveryTarget : public testing::TestWithParam<std::int64_t> {
 protected:
  EveryTarget() {
    hwy::SetSupportedTargetsForTest(GetParam());
    hwy::GetChosenTarget().Update(GetParam());
  }
  ~EveryTarget() override {
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().DeInit();
  }
};

std::vector<std::int64_t> targets() {
  std::vector<std::int64_t> all = hwy::SupportedAndGeneratedTargets();
  if (std::find(all.begin(), all.end(), std::int64_t{HWY_STATIC_TARGET}) == all.end()) all.push_back(HWY_STATIC_TARGET);
  return all;
}

INSTANTIATE_TEST_SUITE_P(ExactSumKernel, EveryTarget, testing::ValuesIn(targets()),
                         [](const auto& test) { return std::string(hwy::TargetName(test.param)); });

struct Lanes {
  explicit Lanes(std::size_t count) : low(count), high(count) {}
  Int128 total(std::size_t i) const {
    return static_cast<Int128>(Uint128{static_cast<std::uint64_t>(high[i])} << 64 | low[i]);
  }
  void set(std::size_t i, Int128 value) {
    low[i] = static_cast<std::uint64_t>(value);
    high[i] = static_cast<std::int64_t>(value >> 64);
  }
  bool operator==(const Lanes&) const = default;
  std::vector<std::uint64_t> low;
  std::vector<std::int64_t> high;
};

Int128 any_total(RandomStream& random) {
  const auto value = static_cast<Int128>(Uint128{random.next_u64()} << 64 | random.next_u64());
  // All magnitudes, and often a low lane that is about to carry.
  const Int128 shifted = value >> (2 + random.below(126));
  return random.below(4) == 0 ? shifted | static_cast<Int128>(~std::uint64_t{0}) : shifted;
}

TEST_P(EveryTarget, FoldEqualsIntegerArithmetic) {
  RandomStream random({1, Purpose::test, 0, 0});
  const double weights[] = {1.0, -1.0, 0.0, 3.0, 536870911.0, 0x1p-40, 0.1f, -1e-30f, 0x1.fffffffp-3, 1e30f, 0x1p-1000};
  for (double weight : weights)
    for (std::size_t count : {0u, 1u, 2u, 3u, 7u, 8u, 9u, 15u, 16u, 17u, 31u, 33u, 64u, 1000u}) {
      std::vector<float> x(count);
      for (float& value : x) value = any_float(random, weight);
      Lanes lanes(count);
      std::vector<Int128> expected(count);
      for (std::size_t i = 0; i < count; ++i) {
        expected[i] = any_total(random);
        lanes.set(i, expected[i]);
        expected[i] += reference_fixed_point(x[i], weight);
      }
      exact_sum_kernel::fold(x.data(), count, weight, lanes.low.data(), lanes.high.data());
      for (std::size_t i = 0; i < count; ++i)
        ASSERT_TRUE(lanes.total(i) == expected[i]) << x[i] << " * " << weight << ", element " << i << " of " << count;
    }
}

TEST_P(EveryTarget, FoldRoundsHalfToEvenAtTheLastPlace) {
  // In units of 2^-64: 0.5 and 2.5 go down, 1.5 and 3.5 up, a hair more than a half goes up; the same below zero.
  const float unit = 0x1p-64f;
  const std::vector<float> x = {0.5f * unit, 1.5f * unit,  2.5f * unit,  3.5f * unit,  0x1.000002p-65f, 0x0.ffffffp-65f,
                                0x1p-149f,   -0.5f * unit, -1.5f * unit, -2.5f * unit, -0x1.000002p-65f};
  const int expected[] = {0, 2, 2, 4, 1, 0, 0, 0, -2, -2, -1};
  Lanes lanes(x.size());
  exact_sum_kernel::fold(x.data(), x.size(), 1.0, lanes.low.data(), lanes.high.data());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_TRUE(lanes.total(i) == expected[i]) << x[i];
}

TEST_P(EveryTarget, FoldIsRightForAwkwardValues) {
  const std::vector<float> x = awkward_floats();
  for (double weight : {1.0, -1.0, 63.0, 0x1.8p-9, 0x1.0000001p0, 0x1.fffffffp5}) {
    Lanes lanes(x.size());
    exact_sum_kernel::fold(x.data(), x.size(), weight, lanes.low.data(), lanes.high.data());
    for (std::size_t i = 0; i < x.size(); ++i)
      ASSERT_TRUE(lanes.total(i) == reference_fixed_point(x[i], weight)) << x[i] << " * " << weight;
  }
}

TEST_P(EveryTarget, FoldIsRightUpToTheLimit) {
  const std::vector<float> x = {0x1.fffffep61f, -0x1.fffffep61f, 0x1p61f, -0x1p61f, 0x1.8p19f, 0x1.000002p61f};
  Lanes lanes(x.size());
  exact_sum_kernel::fold(x.data(), x.size(), 1.0, lanes.low.data(), lanes.high.data());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_TRUE(lanes.total(i) == reference_fixed_point(x[i], 1.0)) << x[i];
}

TEST_P(EveryTarget, FoldWithTheNegativeWeightTakesAwayExactly) {
  RandomStream random({2, Purpose::test, 0, 0});
  Lanes lanes(1001);
  for (std::size_t i = 0; i < 1001; ++i) lanes.set(i, any_total(random));
  const Lanes before = lanes;
  std::vector<float> x(1001);
  for (float& value : x) value = any_float(random, 0.3f);
  exact_sum_kernel::fold(x.data(), x.size(), 0.3f, lanes.low.data(), lanes.high.data());
  EXPECT_FALSE(lanes == before);
  exact_sum_kernel::fold(x.data(), x.size(), -0.3f, lanes.low.data(), lanes.high.data());
  EXPECT_TRUE(lanes == before);
}

TEST_P(EveryTarget, MergeAddsAndCarries) {
  RandomStream random({3, Purpose::test, 0, 0});
  for (std::size_t count : {0u, 1u, 7u, 8u, 33u, 500u}) {
    Lanes a(count), b(count), expected(count);
    for (std::size_t i = 0; i < count; ++i) {
      a.set(i, any_total(random));
      b.set(i, any_total(random));
      expected.set(i, a.total(i) + b.total(i));
    }
    exact_sum_kernel::merge(b.low.data(), b.high.data(), count, a.low.data(), a.high.data());
    EXPECT_TRUE(a == expected);
  }
}

TEST_P(EveryTarget, LargestMagnitudeIsThatOfTheLargestElement) {
  using Limits = std::numeric_limits<float>;
  RandomStream random({4, Purpose::test, 0, 0});
  EXPECT_EQ(exact_sum_kernel::largest_magnitude_bits(nullptr, 0), 0u);
  for (std::size_t count = 1; count < 70; ++count) {
    std::vector<float> x(count, -0x1p-149f);
    for (float outlier : {-3.5f, 7e37f, -Limits::infinity(), Limits::quiet_NaN(), -Limits::quiet_NaN()}) {
      x[random.below(count)] = outlier;
      EXPECT_EQ(exact_sum_kernel::largest_magnitude_bits(x.data(), count),
                std::bit_cast<std::uint32_t>(outlier) & 0x7fffffffu)
          << outlier << " in " << count;
    }
  }
}

}  // namespace
}  // namespace tacit
