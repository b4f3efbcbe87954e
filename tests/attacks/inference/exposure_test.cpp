#include "attacks/metrics/exposure.h"

#include <cmath>

#include "core/expect_error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

TEST(Exposure, IsTheBitsThatTheRankSaves) {
  EXPECT_EQ(exposure(1, 1024), 10);
  EXPECT_EQ(exposure(1024, 1024), 0);
  EXPECT_EQ(exposure(4, 1024), 8);
  expect_error([] { exposure(0, 8); }, ErrorKind::usage, {"rank 0"});
  expect_error([] { exposure(9, 8); }, ErrorKind::usage, {"rank 9 of 8"});
}

TEST(Exposure, TiesCountAgainstTheCanary) {
  const std::vector<double> others{3, 1, 2, 2};
  EXPECT_EQ(canary_rank(0.5, others), 1u);
  EXPECT_EQ(canary_rank(2, others), 4u);
  EXPECT_EQ(canary_rank(9, others), 5u);
  expect_error([&] { canary_rank(std::nan(""), others); }, ErrorKind::data, {"NaN"});
}

TEST(Exposure, PValueIsExactForOneCanaryAndConservativeForFew) {
  // One canary: P[rank <= r] = r / R.
  EXPECT_NEAR(exposure_p_value(exposure(3, 64), 1), 3.0 / 64, 1e-14);
  EXPECT_EQ(exposure_p_value(0, 5), 1);
  // Five canaries of 200 candidates by simulation: the share of nulls at or above a level is at most the p-value, and
  // near to it. 20,000 draws: deviation below 0.004.
  constexpr std::size_t draws = 20'000;
  for (const double level : {2.0, 2.5}) {
    std::size_t above = 0;
    for (std::uint32_t draw = 0; draw < draws; ++draw) {
      RandomStream stream({5, Purpose::test, draw, 0});
      double sum = 0;
      for (int k = 0; k < 5; ++k) sum += exposure(1 + stream.below(200), 200);
      above += sum / 5 >= level;
    }
    const double share = static_cast<double>(above) / draws, p = exposure_p_value(level, 5);
    EXPECT_LT(share, p + 0.008) << level;
    EXPECT_GT(share, 0.8 * p - 0.008) << level;
  }
}

}  // namespace
}  // namespace tacit::attacks
