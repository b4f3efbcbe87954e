#include "models/kernels/absolute_differences.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/random.h"

namespace tacit::models::kernels {
namespace {

TEST(AbsoluteDifferences, AreThoseOneByOne) {
  RandomStream stream({4, Purpose::test, 1, 0});
  for (const std::size_t size : {0, 1, 5, 7, 8, 9, 16, 31, 33, 100}) {
    std::vector<double> a(size), b(size), to(size);
    for (std::size_t i = 0; i < size; ++i) {
      a[i] = stream.normal();
      b[i] = i % 5 == 3 ? a[i] : stream.normal();
      to[i] = stream.normal();
    }
    std::vector<double> expected = to;
    double sum = 0;
    for (std::size_t i = 0; i < size; ++i) {
      sum += std::abs(a[i] - b[i]);
      expected[i] += a[i] > b[i] ? 0.25 : a[i] < b[i] ? -0.25 : 0;
    }
    EXPECT_NEAR(absolute_distance(a, b), sum, 1e-13 * (1 + sum)) << size;
    add_signs(0.25, a, b, to);
    EXPECT_EQ(to, expected) << size;
  }
}

TEST(AbsoluteDifferences, WithoutANumberHaveNoSign) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> to{1, 2};
  add_signs(0.5, std::vector<double>{nan, 3}, std::vector<double>{0, nan}, to);
  EXPECT_EQ(to, (std::vector<double>{1, 2}));
  EXPECT_TRUE(std::isnan(absolute_distance(std::vector<double>{nan}, std::vector<double>{0})));
}

}  // namespace
}  // namespace tacit::models::kernels
