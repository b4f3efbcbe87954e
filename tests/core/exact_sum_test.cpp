#include "core/exact_sum.h"

#include <rapidcheck.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <thread>

#include "core/exact_sum_reference.h"
#include "core/expect_error.h"

namespace tacit {
namespace {

using Limits = std::numeric_limits<float>;

struct Part {
  std::vector<float> x;
  double weight;
};

/// Weights as they occur: numbers of examples, small fractions, signs, zero.
double any_weight(RandomStream& random) {
  switch (random.below(5)) {
    case 0:
      return static_cast<double>(random.below(1u << 29));
    case 1:
      return -static_cast<double>(1 + random.below(1000));
    case 2:
      return static_cast<double>(static_cast<float>(random.uniform()));
    case 3:
      return 0x1p-70;
    default:
      return 1.0;
  }
}

std::vector<Part> any_parts(RandomStream& random, std::size_t parts, std::size_t size) {
  std::vector<Part> result(parts);
  for (Part& part : result) {
    part.weight = any_weight(random);
    part.x.resize(size);
    for (float& value : part.x) value = any_float(random, part.weight);
  }
  return result;
}

ExactSum sum_of(const std::vector<Part>& parts, std::size_t size) {
  ExactSum sum(size);
  for (const Part& part : parts) sum.add(part.x, part.weight);
  return sum;
}

/// The total of one element in plain integer arithmetic.
Int128 reference_total(const std::vector<Part>& parts, std::size_t element) {
  Int128 total = 0;
  for (const Part& part : parts) total += reference_fixed_point(part.x[element], part.weight);
  return total;
}

TEST(ExactSum, EqualsIntegerArithmeticInEveryOrderAndGrouping) {
  EXPECT_TRUE(rc::check([] {
    RandomStream random({*rc::gen::arbitrary<std::uint64_t>(), Purpose::test, 0, 0});
    const auto size = *rc::gen::inRange<std::size_t>(0, 70);
    std::vector<Part> parts = any_parts(random, *rc::gen::inRange<std::size_t>(1, 12), size);
    const ExactSum sum = sum_of(parts, size);

    const std::vector<float> finished = sum.finish(7);
    for (std::size_t i = 0; i < size; ++i)
      RC_ASSERT(std::bit_cast<std::uint32_t>(finished[i]) ==
                std::bit_cast<std::uint32_t>(exact_quotient_by_integers(reference_total(parts, i), 7)));

    random.shuffle(std::span(parts));
    RC_ASSERT(sum_of(parts, size) == sum);

    // Any way of splitting into groups, merged in any order, through saved bytes.
    const auto group_count = *rc::gen::inRange<std::size_t>(1, 6);
    std::vector<ExactSum> groups(group_count, ExactSum(size));
    for (const Part& part : parts) groups[random.below(group_count)].add(part.x, part.weight);
    random.shuffle(std::span(groups));
    ExactSum merged(size);
    for (const ExactSum& group : groups) merged.merge(ExactSum::deserialize(group.serialize()));
    RC_ASSERT(merged == sum);
  }));
}

TEST(ExactSum, IsTheSameForAnyNumberOfThreads) {
  RandomStream random({9, Purpose::test, 0, 0});
  const std::size_t size = 5003;
  const std::vector<Part> parts = any_parts(random, 24, size);
  const ExactSum sum = sum_of(parts, size);
  for (std::size_t threads : {1u, 2u, 3u, 8u}) {
    std::vector<ExactSum> sums(threads, ExactSum(size));
    std::vector<std::thread> workers;
    for (std::size_t t = 0; t < threads; ++t)
      workers.emplace_back([&, t] {
        for (std::size_t i = t; i < parts.size(); i += threads) sums[t].add(parts[i].x, parts[i].weight);
      });
    for (std::thread& worker : workers) worker.join();
    ExactSum merged(size);
    for (const ExactSum& part : sums) merged.merge(part);
    EXPECT_TRUE(merged == sum) << threads;
  }
}

TEST(ExactSum, KeepsWhatFloatingPointLoses) {
  ExactSum sum(2);
  sum.add(std::vector<float>{1e15f, 0x1p-60f});
  sum.add(std::vector<float>{1e-8f, 1.0f});
  sum.add(std::vector<float>{-1e15f, -1.0f});
  EXPECT_EQ(sum.finish(), (std::vector<float>{1e-8f, 0x1p-60f}));
}

TEST(ExactSum, FinishGivesTheWeightedMean) {
  ExactSum sum(3);
  sum.add(std::vector<float>{1, 2, -3}, 10);
  sum.add(std::vector<float>{4, 2, 6}, 20);
  EXPECT_EQ(sum.finish(30), (std::vector<float>{3, 2, 3}));
  EXPECT_EQ(sum.finish(-30), (std::vector<float>{-3, -2, -3}));
  EXPECT_EQ(ExactSum(4).finish(3), std::vector<float>(4));
}

TEST(ExactSum, ClearGivesANewSum) {
  ExactSum sum(3);
  sum.add(std::vector<float>{1, 2, -3}, 10);
  EXPECT_FALSE(sum == ExactSum(3));
  sum.clear();
  EXPECT_TRUE(sum == ExactSum(3));
}

// Blocks before the bad element have been added by then and must be taken away again without a trace.
TEST(ExactSum, RefusesBadElementsByNameAndChangesNothing) {
  RandomStream random({10, Purpose::test, 0, 0});
  const std::size_t size = 10000;
  std::vector<float> x(size);
  for (float& value : x) value = any_float(random, 0.7f);
  ExactSum sum(size);
  sum.add(x, 3);
  const ExactSum before = sum;
  const auto name = [](std::size_t index) { return fmt::format("dense.weight[{}]", index); };

  for (std::size_t at : {std::size_t{0}, std::size_t{2047}, std::size_t{2048}, size - 1})
    for (float bad : {Limits::quiet_NaN(), -Limits::infinity(), Limits::max(), 0x1p63f}) {
      std::vector<float> broken = x;
      broken[at] = bad;
      expect_error([&] { sum.add(broken, 0.7f, name); }, ErrorKind::data,
                   {fmt::format("element 'dense.weight[{}]' is {}", at, bad)});
      EXPECT_TRUE(sum == before) << at << " " << bad;
      expect_error([&] { sum.add(broken, 0.7f); }, ErrorKind::data, {fmt::format("element {} is", at)});
    }
  sum.add(x, 0.7f);
  EXPECT_FALSE(sum == before);
}

TEST(ExactSum, TheLimitOfAProductIsExact) {
  ExactSum sum(1);
  const float largest = 0x1.fffffep61f;
  sum.add(std::vector<float>{largest});
  EXPECT_EQ(sum.finish().front(), largest);
  expect_error([] { ExactSum(1).add(std::vector<float>{0x1p62f}); }, ErrorKind::data, {"2^62"});
  expect_error([] { ExactSum(1).add(std::vector<float>{0x1p33f}, 0x1p29); }, ErrorKind::data, {"2^62"});
  ExactSum(1).add(std::vector<float>{Limits::max()}, 0x1p-67);
  // The product overflows even double.
  expect_error([] { ExactSum(1).add(std::vector<float>{Limits::max()}, 0x1p1000); }, ErrorKind::data, {"2^62"});
  ExactSum(1).add(std::vector<float>{0}, 0x1p1000);
}

TEST(ExactSum, AFullTotalRefusesWithoutAChangeAndInEveryOrder) {
  // Three of these four fit, whatever their order and signs: the bound counts magnitudes.
  const std::vector<float> big = {0x1p61f, 1.0f}, minus = {-0x1p61f, 1.0f};
  ExactSum sum(2);
  for (int i = 0; i < 3; ++i) sum.add(i % 2 ? minus : big);
  const ExactSum before = sum;
  expect_error([&] { sum.add(minus, 1, [](std::size_t i) { return fmt::format("w[{}]", i); }); }, ErrorKind::data,
               {"'w[0]'", "2^63"});
  EXPECT_TRUE(sum == before);
  ExactSum other(2);
  other.add(minus);
  expect_error([&] { sum.merge(other); }, ErrorKind::data, {"2^63"});
  EXPECT_TRUE(sum == before);
  sum.add(std::vector<float>{0x1.fffffep60f, 1.0f});
}

TEST(ExactSum, WhetherASetFitsDoesNotDependOnItsOrder) {
  EXPECT_TRUE(rc::check([] {
    RandomStream random({*rc::gen::arbitrary<std::uint64_t>(), Purpose::test, 1, 0});
    std::vector<std::vector<float>> parts(*rc::gen::inRange<std::size_t>(1, 8));
    for (auto& part : parts) part = {static_cast<float>(random.uniform(-0x1p61, 0x1p61)), 1.0f};
    const auto fits = [&] {
      ExactSum sum(2);
      try {
        for (const auto& part : parts) sum.add(part);
      } catch (const Error&) {
        return false;
      }
      return true;
    };
    const bool before = fits();
    random.shuffle(std::span(parts));
    RC_ASSERT(fits() == before);
  }));
}

TEST(ExactSum, WeightsHaveAtMost29SignificantBits) {
  const std::vector<float> x = {1.0f};
  for (double weight : {0x1.fffffffp0, 536870911.0, 0x1p-1074, 0.1f + 0.0, static_cast<double>(Limits::denorm_min()),
                        static_cast<double>(Limits::min()), -0x1.fffffffp-500, 0.0, 0x1p1000})
    ExactSum(1).add(std::vector<float>{0.0f}, weight);
  for (double weight : {0x1.fffffff8p0, 536870913.0, 0.1, 1.0 / 3, -0x1.00000008p0})
    expect_error([&] { ExactSum(1).add(x, weight); }, ErrorKind::usage, {"29 significant bits"});
  for (double weight : {INFINITY + 0.0, -INFINITY + 0.0, NAN + 0.0})
    expect_error([&] { ExactSum(1).add(x, weight); }, ErrorKind::usage, {"weight", "finite"});
}

TEST(ExactSum, RefusesSizesThatDiffer) {
  ExactSum sum(3);
  expect_error([&] { sum.add(std::vector<float>(4)); }, ErrorKind::usage, {"4", "3"});
  expect_error([&] { sum.merge(ExactSum(2)); }, ErrorKind::usage, {"2", "3"});
}

TEST(ExactSum, RefusesDivisorsThatAreNone) {
  for (double divisor : {0.0, -0.0, INFINITY + 0.0, NAN + 0.0})
    expect_error([&] { ExactSum(1).finish(divisor); }, ErrorKind::usage, {"divisor"});
  ExactSum sum(2);
  sum.add(std::vector<float>{0, 1});
  expect_error([&] { sum.finish(1e-60); }, ErrorKind::data, {"element 1"});
}

TEST(ExactSum, MergingWithItselfDoubles) {
  ExactSum sum(5), twice(5);
  const std::vector<float> x = {1, -2, 0x1p-64f, 4, 5};
  sum.add(x);
  sum.merge(sum);
  twice.add(x);
  twice.add(x);
  EXPECT_TRUE(sum == twice);
}

TEST(ExactSum, SavedSumsAreCheckedWhenRead) {
  ExactSum sum(3);
  sum.add(std::vector<float>{1, -2, 3}, 5);
  std::vector<std::byte> bytes = sum.serialize();
  EXPECT_EQ(bytes.size(), 64u);
  EXPECT_TRUE(ExactSum::deserialize(bytes) == sum);
  EXPECT_EQ(ExactSum::deserialize(ExactSum(0).serialize()).size(), 0u);
  for (std::size_t size : {std::size_t{0}, std::size_t{15}, bytes.size() - 1})
    expect_error([&] { ExactSum::deserialize(std::span(bytes).first(size)); }, ErrorKind::data, {"bytes"});
  bytes[24 + 8 + 2] = std::byte{1};  // the second element's high lane: a total larger than anything added
  expect_error([&] { ExactSum::deserialize(bytes); }, ErrorKind::data, {"element 1"});
  bytes = sum.serialize();
  bytes.back() = std::byte{0x80};
  expect_error([&] { ExactSum::deserialize(bytes); }, ErrorKind::data, {"range"});
}

}  // namespace
}  // namespace tacit
