#include "privacy/differential_privacy/clip.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "core/random.h"

namespace tacit::privacy {
namespace {

TEST(Clip, KnownVector) {
  std::vector<float> values{3, 4};
  EXPECT_DOUBLE_EQ(clip_l2(values, 2.5), 5.0);
  EXPECT_EQ(values, (std::vector<float>{1.5f, 2.0f}));
}

TEST(Clip, LeavesWhatLiesInside) {
  std::vector<float> values{3, -4, 0};
  const std::vector<float> before = values;
  EXPECT_DOUBLE_EQ(clip_l2(values, 5.0), 5.0);
  EXPECT_EQ(values, before);
  std::vector<float> nothing;
  EXPECT_EQ(clip_l2(nothing, 1.0), 0.0);
}

TEST(Clip, NormAgreesWithLongDouble) {
  RandomStream random(RandomKey{.seed = 5, .purpose = Purpose::test});
  std::vector<float> values(4099);
  long double sum = 0;
  for (float& value : values) {
    value = static_cast<float>(random.normal() * std::exp(random.uniform(-20, 20)));
    sum += static_cast<long double>(value) * value;
  }
  const auto expected = static_cast<double>(std::sqrt(sum));
  EXPECT_NEAR(l2_norm(values) / expected, 1.0, 1e-14);
}

TEST(Clip, NeverExceedsTheBoundAndKeepsTheDirection) {
  RandomStream random(RandomKey{.seed = 6, .purpose = Purpose::test});
  for (int trial = 0; trial < 500; ++trial) {
    std::vector<float> values(1 + random.below(300));
    for (float& value : values) value = static_cast<float>(random.normal());
    const std::vector<float> before = values;
    const double bound = std::exp(random.uniform(-30, 3));
    const double norm = clip_l2(values, bound);
    const double after = l2_norm(values);
    ASSERT_LE(after, bound);
    if (norm > bound) {
      ASSERT_GE(after, bound * (1 - 1e-6));
      for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_NEAR(values[i], before[i] * bound / norm, std::abs(before[i]) * bound / norm * 1e-6);
      }
    } else {
      ASSERT_EQ(values, before);
    }
  }
}

TEST(Clip, BoundHoldsAmongDenormals) {
  std::vector<float> values(1000, 1.0f);
  const double bound = 1e-44;
  clip_l2(values, bound);
  EXPECT_LE(l2_norm(values), bound);
}

TEST(Clip, RefusesBadNumbersAndChangesNothing) {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> values{10, 20, bad};
    try {
      clip_l2(values, 1.0);
      FAIL() << "accepted " << bad;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      EXPECT_NE(std::string(error.what()).find("value 2"), std::string::npos) << error.what();
    }
    EXPECT_EQ(values[0], 10.0f);
  }
  std::vector<float> values{1};
  for (const double bound :
       {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    EXPECT_THROW(clip_l2(values, bound), Error);
  }
}

}  // namespace
}  // namespace tacit::privacy
