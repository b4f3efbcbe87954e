#include "privacy/compression/sparsify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.h"
#include "refusal.h"

namespace tacit::privacy {
namespace {

TEST(Sparsify, KeepsSoManyRoundedUp) {
  EXPECT_EQ(kept_of(10, 0.3), 3u);
  EXPECT_EQ(kept_of(10, 0.31), 4u);
  EXPECT_EQ(kept_of(1000, 0.001), 1u);
  EXPECT_EQ(kept_of(5, 1e-9), 1u);
  EXPECT_EQ(kept_of(0, 0.5), 0u);
  EXPECT_EQ(kept_of(7, 1), 7u);
  // 0.07 * 100 is 7.000000000000001 in double.
  EXPECT_EQ(kept_of(100, 0.07), 7u);
}

TEST(Sparsify, KeepsWhatASortWouldKeep) {
  RandomStream random({.seed = 2, .purpose = Purpose::test});
  for (const std::size_t count : {1u, 2u, 17u, 400u}) {
    for (const double share : {0.01, 0.25, 0.5, 0.9, 1.0}) {
      std::vector<float> values(count);
      // Few different magnitudes: ties everywhere.
      for (float& value : values) value = static_cast<float>(random.below(9)) - 4.0f;
      std::vector<std::size_t> order(count);
      for (std::size_t i = 0; i < count; ++i) order[i] = i;
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return std::fabs(values[a]) > std::fabs(values[b]); });
      std::vector<float> expected(count, 0.0f), kept = values;
      for (std::size_t i = 0; i < kept_of(count, share); ++i) expected[order[i]] = values[order[i]];
      keep_largest(kept, share);
      EXPECT_EQ(kept, expected) << count << " " << share;
    }
  }
}

TEST(Sparsify, RefusesBadSharesAndValuesAndChangesNothing) {
  std::vector<float> values{1, 2, std::numeric_limits<float>::infinity()};
  for (const double share : {0.0, -0.1, 1.1, std::nan("")})
    refusal(ErrorKind::usage, [&] { keep_largest(values, share); });
  EXPECT_NE(refusal(ErrorKind::data, [&] { keep_largest(values, 0.5); }).find("value 2 is inf"), std::string::npos);
  EXPECT_EQ(values[0], 1);
  EXPECT_EQ(values[1], 2);
}

}  // namespace
}  // namespace tacit::privacy
