#include "models/kernels/activations.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tacit::models::kernels {
namespace {

template <class T>
void expect_functions(double ulps) {
  std::vector<T> x;
  for (int i = -4000; i <= 4000; ++i) x.push_back(static_cast<T>(i) / T(160));
  for (const double tiny : {1e-3, 1e-8, 1e-30}) x.insert(x.end(), {static_cast<T>(tiny), static_cast<T>(-tiny)});
  x.insert(x.end(), {T(0), T(80), T(-80), T(1e30), T(-1e30)});
  std::vector<T> y(x.size()), s(x.size());
  hyperbolic_tangent<T>(x, y);
  logistic<T>(x, s);
  const double epsilon = std::numeric_limits<T>::epsilon();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double exact = std::tanh(static_cast<double>(x[i]));
    ASSERT_NEAR(static_cast<double>(y[i]), exact, ulps * epsilon * std::abs(exact)) << x[i];
    const double logistic_exact = 1 / (1 + std::exp(-static_cast<double>(x[i])));
    ASSERT_NEAR(static_cast<double>(s[i]), logistic_exact, ulps * epsilon) << x[i];
    ASSERT_LE(std::abs(y[i]), T(1));
    ASSERT_GE(s[i], T(0));
    ASSERT_LE(s[i], T(1));
  }
  // Every length and place gives the same element.
  for (std::size_t begin = 0; begin < 20; ++begin)
    for (std::size_t size = 1; size < 20; ++size) {
      std::vector<T> part(size);
      hyperbolic_tangent<T>(std::span<const T>(x).subspan(begin, size), part);
      for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(part[i], y[begin + i]);
    }
}

TEST(Activations, AreAccurateEverywhere) {
  expect_functions<float>(6);
  expect_functions<double>(6);
}

TEST(Activations, KeepNaNVisible) {
  const std::vector<float> x(7, std::nanf(""));
  std::vector<float> y(7);
  hyperbolic_tangent<float>(x, y);
  for (const float value : y) EXPECT_TRUE(std::isnan(value));
  logistic<float>(x, y);
  for (const float value : y) EXPECT_TRUE(std::isnan(value));
}

}  // namespace
}  // namespace tacit::models::kernels
