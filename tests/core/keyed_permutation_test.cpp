#include "core/keyed_permutation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/error.h"

namespace tacit {
namespace {

RandomStream stream_of(std::uint64_t seed) {
  return RandomStream({seed, Purpose::test});
}

TEST(KeyedPermutation, TakesEveryPlaceToAnotherOne) {
  for (std::uint64_t size = 1; size <= 700; ++size) {
    RandomStream stream = stream_of(size);
    const KeyedPermutation permutation(size, stream);
    std::vector<bool> hit(size);
    for (std::uint64_t place = 0; place < size; ++place) {
      const std::uint64_t image = permutation(place);
      ASSERT_LT(image, size);
      ASSERT_FALSE(hit[image]) << size;
      hit[image] = true;
    }
  }
}

// Where a place goes, and where two neighbours go together, is uniform over keys: chi-squared within five deviations.
TEST(KeyedPermutation, IsUniformOverKeys) {
  constexpr std::uint64_t size = 10;
  constexpr int trials = 20'000;
  std::vector<double> single(size), pair(size * size);
  RandomStream stream = stream_of(1);
  for (int trial = 0; trial < trials; ++trial) {
    const KeyedPermutation permutation(size, stream);
    ++single[permutation(3)];
    ++pair[permutation(3) * size + permutation(4)];
  }
  const auto chi_squared = [&](const std::vector<double>& counts, auto is_possible, double cells) {
    double sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (is_possible(i)) sum += std::pow(counts[i] - trials / cells, 2) / (trials / cells);
    return sum;
  };
  const auto within = [](double value, double freedom) { return value < freedom + 5 * std::sqrt(2 * freedom); };
  EXPECT_TRUE(within(chi_squared(
                         single, [](std::size_t) { return true; }, 10),
                     9));
  EXPECT_TRUE(within(chi_squared(
                         pair, [](std::size_t i) { return i / size != i % size; }, 90),
                     89));
}

TEST(KeyedPermutation, IsAFunctionOfItsStreamAndTakesNoMemoryForAnySize) {
  RandomStream one = stream_of(5), same = stream_of(5);
  const KeyedPermutation first(std::uint64_t{1} << 62, one), again(std::uint64_t{1} << 62, same),
      second(std::uint64_t{1} << 62, one);
  std::uint64_t differing = 0;
  for (std::uint64_t place = 0; place < 100; ++place) {
    EXPECT_EQ(first(place), again(place));
    differing += first(place) != second(place);
  }
  EXPECT_EQ(differing, 100u);
  EXPECT_THROW(KeyedPermutation(0, one), Error);
  EXPECT_THROW(KeyedPermutation((std::uint64_t{1} << 62) + 1, one), Error);
}

}  // namespace
}  // namespace tacit
