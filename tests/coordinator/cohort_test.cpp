#include "coordinator/cohort.h"

#include <map>
#include <set>

#include "core/random.h"

namespace tacit::coordinator {
namespace {

std::vector<std::string> ten() {
  return {"j", "c", "a", "b", "h", "d", "i", "e", "g", "f"};
}

TEST(Cohort, DependsOnTheSetOfMembersNotTheirOrder) {
  auto shuffled = ten();
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    RandomStream(RandomKey{seed, Purpose::test}).shuffle(std::span(shuffled));
    EXPECT_EQ(choose_cohort(42, 3, shuffled, 4), choose_cohort(42, 3, ten(), 4));
  }
}

TEST(Cohort, IsSortedWithoutRepetitionAndOfTheSizeAskedFor) {
  for (std::uint32_t round = 1; round < 50; ++round) {
    const auto cohort = choose_cohort(1, round, ten(), 3);
    EXPECT_EQ(cohort.size(), 3u);
    EXPECT_TRUE(std::is_sorted(cohort.begin(), cohort.end()));
    EXPECT_EQ(std::set(cohort.begin(), cohort.end()).size(), 3u);
  }
  EXPECT_EQ(choose_cohort(1, 1, ten(), 0).size(), 10u);
  EXPECT_EQ(choose_cohort(1, 1, ten(), 99).size(), 10u);
}

TEST(Cohort, ChoosesEveryoneEquallyOften) {
  std::map<std::string, int> chosen;
  constexpr int rounds = 10'000;
  for (std::uint32_t round = 1; round <= rounds; ++round)
    for (const auto& name : choose_cohort(9, round, ten(), 3)) ++chosen[name];
  // Binomial with p = 0.3: five standard deviations are 229.
  for (const auto& name : ten()) EXPECT_NEAR(chosen[name], 0.3 * rounds, 229) << name;
}

TEST(Cohort, ChangesWithRoundAndSeed) {
  std::set<std::vector<std::string>> different;
  for (std::uint32_t round = 1; round <= 20; ++round) different.insert(choose_cohort(9, round, ten(), 3));
  for (std::uint64_t seed = 0; seed < 20; ++seed) different.insert(choose_cohort(seed, 1, ten(), 3));
  EXPECT_GT(different.size(), 20u);
}

}  // namespace
}  // namespace tacit::coordinator
