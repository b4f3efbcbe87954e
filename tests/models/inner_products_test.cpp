#include "models/kernels/inner_products.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"

namespace tacit::models::kernels {
namespace {

template <class T>
std::vector<T> normals(std::size_t size, std::uint32_t stream_number) {
  RandomStream stream({3, Purpose::test, stream_number, 0});
  std::vector<T> values(size);
  for (T& value : values) value = static_cast<T>(stream.normal());
  return values;
}

template <class T>
class InnerProductsOf : public ::testing::Test {};
using Reals = ::testing::Types<float, double>;
TYPED_TEST_SUITE(InnerProductsOf, Reals);

/// Sums in extended precision, at sizes around every boundary of blocks.
TYPED_TEST(InnerProductsOf, AreThoseOfLongerNumbers) {
  using T = TypeParam;
  for (const std::size_t size : {0, 1, 7, 8, 9, 31, 32, 33, 63, 65, 1023, 1024, 1025, 5000}) {
    const auto a = normals<T>(size, 1), b = normals<T>(size, 2);
    const T s = T(0.75), t = T(1.25);
    long double aa = 0, ab = 0, bb = 0, scaled = 0, plain = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const long double x = a[i], y = b[i], z = x * s - y * t;
      aa += x * x;
      ab += x * y;
      bb += y * y;
      scaled += z * z;
      plain += (x - y) * (x - y);
    }
    const auto near = [&](double got, long double expected) {
      EXPECT_NEAR(got, static_cast<double>(expected), 1e-14 * (1 + static_cast<double>(size))) << size;
    };
    const InnerProducts products = inner_products<T>(a, b);
    near(products.aa, aa);
    near(products.ab, ab);
    near(products.bb, bb);
    near(squared_distance<T>(static_cast<double>(s), a, static_cast<double>(t), b), scaled);
    std::vector<T> c(size);
    near(subtract<T>(s, a, t, b, c, true), plain);
    for (std::size_t i = 0; i < size; ++i) EXPECT_EQ(c[i], s * a[i] - t * b[i]) << size << " " << i;
    EXPECT_EQ(subtract<T>(s, a, t, b, c, false), 0);
  }
}

TYPED_TEST(InnerProductsOf, OfAVectorWithItselfLeaveNothing) {
  using T = TypeParam;
  auto a = normals<T>(77, 3);
  EXPECT_EQ(squared_distance<T>(0.3, a, 0.3, a), 0);
  EXPECT_EQ(subtract<T>(T(0.3), a, T(0.3), a, a, true), 0);  // in place
  for (const T value : a) EXPECT_EQ(value, T(0));
}

}  // namespace
}  // namespace tacit::models::kernels
