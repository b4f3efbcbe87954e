#include "core/exact_quotient.h"

#include <cmath>

#include "core/exact_sum_reference.h"

namespace tacit {
namespace {

constexpr Int128 one = static_cast<Int128>(1) << 64;

/// Whether `result` is the float nearest to sum / (divisor 2^64), ties to even, for an integer divisor: decided by
/// comparing the exact integers sum * 2 * scale and (result + neighbour) * divisor * scale.
bool nearest(Int128 sum, std::uint32_t divisor, float result) {
  // Everything is scaled to units of 2^-64 / 2^10, which holds floats above 2^-50 and their midpoints exactly.
  const auto exact = [&](float value) { return static_cast<Int128>(std::ldexp(static_cast<long double>(value), 74)); };
  const Int128 target = sum * 1024 * 2;
  const Int128 above = (exact(result) + exact(std::nextafterf(result, INFINITY))) * divisor;
  const Int128 below = (exact(result) + exact(std::nextafterf(result, -INFINITY))) * divisor;
  const bool even = (std::bit_cast<std::uint32_t>(result) & 1) == 0;
  return even ? below <= target && target <= above : below < target && target < above;
}

TEST(ExactQuotient, IsTheNearestFloat) {
  RandomStream random({5, Purpose::test, 0, 0});
  for (int i = 0; i < 200000; ++i) {
    const Int128 sum = static_cast<Int128>(random.next_u64()) << random.below(32);
    const auto divisor = static_cast<std::uint32_t>(1 + random.below(1u << 12));
    for (Int128 signed_sum : {sum + one / 4096, -sum - one / 4096}) {
      const float result = exact_quotient(signed_sum, divisor);
      ASSERT_TRUE(nearest(signed_sum, divisor, result)) << i << ": " << result;
    }
  }
}

// Values that lie on, or one unit of 2^-64 beside, the point halfway between two floats, where a quotient that is
// rounded to double on the way goes wrong.
TEST(ExactQuotient, IsTheNearestFloatAroundTies) {
  RandomStream random({6, Purpose::test, 0, 0});
  for (int i = 0; i < 20000; ++i) {
    const auto divisor = static_cast<std::uint32_t>(1 + random.below(1u << 12));
    const Int128 halfway =
        (static_cast<Int128>(2 * (0x800000 + random.below(0x800000)) + 1) << random.below(28)) * divisor;
    for (int offset = -1; offset <= 1; ++offset) {
      const Int128 sum = halfway * (one / 4096 / 4096) + offset;
      ASSERT_TRUE(nearest(sum, divisor, exact_quotient(sum, divisor))) << i << " " << offset;
      ASSERT_TRUE(nearest(-sum, divisor, exact_quotient(-sum, divisor))) << i << " " << offset;
    }
  }
}

TEST(ExactQuotient, DoesNotRoundTwice) {
  // 1 + 2^-24 lies halfway between two floats; 2^-60 more is lost in double, and must decide all the same.
  EXPECT_EQ(exact_quotient(one + (one >> 24), 1.0), 1.0f);
  EXPECT_EQ(exact_quotient(one + (one >> 24) + 16, 1.0), 0x1.000002p0f);
  EXPECT_EQ(exact_quotient(-(one + (one >> 24) + 16), 1.0), -0x1.000002p0f);
  EXPECT_EQ(exact_quotient(one + 3 * (one >> 24) - 16, 1.0), 0x1.000002p0f);
}

TEST(ExactQuotient, TheQuickWayEqualsTheIntegers) {
  RandomStream random({7, Purpose::test, 0, 0});
  for (int i = 0; i < 300000; ++i) {
    Int128 sum = static_cast<Int128>(Uint128{random.next_u64()} << 64 | random.next_u64()) >> random.below(128);
    // Often few significant bits, so that ties come up.
    if (random.below(2) == 0) sum = sum >> 80 << random.below(80);
    auto divisor = std::bit_cast<double>(random.next_u64());
    if (random.below(2) == 0) divisor = static_cast<double>(1 + random.below(1000));
    if (!std::isfinite(divisor) || divisor == 0) continue;
    ASSERT_EQ(std::bit_cast<std::uint32_t>(exact_quotient(sum, divisor)),
              std::bit_cast<std::uint32_t>(exact_quotient_by_integers(sum, divisor)))
        << divisor;
  }
}

TEST(ExactQuotient, ReachesTheEndsOfFloat) {
  EXPECT_EQ(exact_quotient(0, -3.0), 0.0f);
  EXPECT_FALSE(std::signbit(exact_quotient(0, -3.0)));
  EXPECT_EQ(exact_quotient(one, 0x1p149), 0x1p-149f);
  EXPECT_EQ(exact_quotient(one, 0x1p150), 0.0f);  // a tie, to even
  EXPECT_EQ(exact_quotient(one + 1, 0x1p150), 0x1p-149f);
  EXPECT_EQ(exact_quotient(3 * one, 0x1p150), 0x1p-148f);  // 1.5 units: a tie, to even
  EXPECT_EQ(exact_quotient(1, 1e308), 0.0f);
  EXPECT_EQ(exact_quotient(one, 0x1p-127), 0x1p127f);
  EXPECT_EQ(exact_quotient(-one, 0x1p-128), -INFINITY);
  EXPECT_EQ(exact_quotient(one, 0x1p-1074), INFINITY);
  EXPECT_EQ(exact_quotient(1, 0x1p-1074), INFINITY);
}

TEST(ExactQuotient, FixedPointOfAMagnitudeIsTheKernels) {
  for (float value : awkward_floats()) {
    if (std::signbit(value)) continue;
    EXPECT_TRUE(to_fixed_point(value) == static_cast<Uint128>(reference_fixed_point(value, 1))) << value;
  }
}

}  // namespace
}  // namespace tacit
