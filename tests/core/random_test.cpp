#include "core/random.h"

#include <numeric>
#include <set>

namespace tacit {
namespace {

// Known answer of Philox4x32-10 for key = {0, 0} and counter = {0, 0, 0, 0}: from the known-answer tests of Random123.
TEST(RandomStream, FirstBlockIsThePublishedAnswer) {
  RandomStream stream({0, static_cast<Purpose>(0), 0, 0});
  EXPECT_EQ(stream(), 0x6627e8d5u);
  EXPECT_EQ(stream(), 0xe169c58du);
  EXPECT_EQ(stream(), 0xbc57ac4cu);
  EXPECT_EQ(stream(), 0x9b00dbd8u);
}

TEST(RandomStream, EveryPartOfTheKeyMatters) {
  const RandomKey base{7, Purpose::cohort, 3, 4};
  std::set<std::uint64_t> firsts;
  for (const RandomKey& key : {base, RandomKey{8, Purpose::cohort, 3, 4}, RandomKey{7ull << 32, Purpose::cohort, 3, 4},
                               RandomKey{7, Purpose::partition, 3, 4}, RandomKey{7, Purpose::cohort, 4, 4},
                               RandomKey{7, Purpose::cohort, 3, 5}})
    firsts.insert(RandomStream(key).next_u64());
  EXPECT_EQ(firsts.size(), 6u);
}

TEST(RandomStream, UniformAndNormalHaveTheirMoments) {
  RandomStream stream({11, Purpose::test, 0, 0});
  const int count = 200000;
  double sum = 0, square = 0, normal_sum = 0, normal_square = 0, normal_fourth = 0;
  for (int i = 0; i < count; ++i) {
    const double u = stream.uniform();
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    sum += u;
    square += u * u;
    const double z = stream.normal();
    normal_sum += z;
    normal_square += z * z;
    normal_fourth += z * z * z * z;
  }
  EXPECT_NEAR(sum / count, 0.5, 0.005);
  EXPECT_NEAR(square / count, 1.0 / 3, 0.005);
  EXPECT_NEAR(normal_sum / count, 0.0, 0.015);
  EXPECT_NEAR(normal_square / count, 1.0, 0.02);
  EXPECT_NEAR(normal_fourth / count, 3.0, 0.15);
}

TEST(RandomStream, BelowIsUnbiasedAndInRange) {
  RandomStream stream({5, Purpose::test, 0, 0});
  std::array<int, 7> counts{};
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(stream.below(1), 0u);
}

TEST(RandomStream, ShuffleIsAPermutationFixedByTheKey) {
  std::vector<int> first(100), second(100);
  std::iota(first.begin(), first.end(), 0);
  second = first;
  RandomStream({1, Purpose::test, 0, 0}).shuffle(std::span(first));
  RandomStream({1, Purpose::test, 0, 0}).shuffle(std::span(second));
  EXPECT_EQ(first, second);
  EXPECT_FALSE(std::is_sorted(first.begin(), first.end()));
  std::sort(first.begin(), first.end());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(first[static_cast<std::size_t>(i)], i);
}

}  // namespace
}  // namespace tacit
