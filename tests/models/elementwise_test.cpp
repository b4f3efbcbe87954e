#include "models/kernels/elementwise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "models/instruction_sets.h"
#include "models/kernels/activations.h"

namespace tacit::models::kernels {
namespace {

template <class T>
std::vector<T> random_values(std::size_t size, std::uint32_t which) {
  RandomStream stream({13, Purpose::test, which});
  std::vector<T> values(size);
  for (T& value : values) value = static_cast<T>(stream.normal());
  return values;
}

template <class T>
void expect_functions(std::size_t size) {
  auto x = random_values<T>(size, 1);
  x[size / 2] = T(0);
  const auto y = random_values<T>(size, 2);
  std::vector<T> sums = y, gated(size), theta = y;
  add_to<T>(x, sums);
  gate<T>(x, y, gated);
  descend<T>(x, T(0.1), T(0.3), theta);
  for (std::size_t i = 0; i < size; ++i) {
    ASSERT_EQ(sums[i], y[i] + x[i]);
    ASSERT_EQ(gated[i], x[i] > 0 ? y[i] : T(0));
    const T whole = x[i] + T(0.1) * y[i];
    ASSERT_EQ(theta[i], y[i] - T(0.3) * whole);
  }
}

TEST(Elementwise, RoundsEachOperation) {
  for_each_target([](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    for (std::size_t size = 1; size < 70; ++size) {
      expect_functions<float>(size);
      expect_functions<double>(size);
    }
  });
}

TEST(Elementwise, AGateLetsNaNThrough) {
  const std::vector<float> x(5, std::nanf("")), values{1, 2, 3, 4, 5};
  std::vector<float> gated(5);
  gate<float>(x, values, gated);
  EXPECT_EQ(gated, values);
  gate<float>(x, x, gated);
  for (const float value : gated) EXPECT_TRUE(std::isnan(value));
}

/// Against differences of the functions themselves, along a direction in x.
TEST(Elementwise, SlopesAreDerivatives) {
  constexpr std::size_t size = 37;
  constexpr double h = 1e-5;
  const auto x = random_values<double>(size, 1), x_dot = random_values<double>(size, 2),
             u = random_values<double>(size, 3), u_dot = random_values<double>(size, 4);
  const auto check = [&](auto function, auto slope, auto slope_tangent) {
    const auto at = [&](double step) {
      std::vector<double> moved(size), value(size);
      for (std::size_t i = 0; i < size; ++i) moved[i] = x[i] + step * x_dot[i];
      function(std::span<const double>(moved), std::span<double>(value));
      return value;
    };
    const auto below = at(-h), here = at(0), above = at(h);
    std::vector<double> here_dot(size), first(size), second(size);
    slope(std::span<const double>(here), std::span<const double>(x_dot), std::span<double>(here_dot));
    for (std::size_t i = 0; i < size; ++i) ASSERT_NEAR(here_dot[i], (above[i] - below[i]) / (2 * h), 1e-9);
    const auto pulled_back = [&](const std::vector<double>& y, double step) {
      std::vector<double> direction(size), result(size);
      for (std::size_t i = 0; i < size; ++i) direction[i] = u[i] + step * u_dot[i];
      slope(std::span<const double>(y), std::span<const double>(direction), std::span<double>(result));
      return result;
    };
    const auto low = pulled_back(below, -h), high = pulled_back(above, h);
    slope_tangent(std::span<const double>(here), std::span<const double>(here_dot), std::span<const double>(u),
                  std::span<const double>(u_dot), std::span<double>(second));
    for (std::size_t i = 0; i < size; ++i) ASSERT_NEAR(second[i], (high[i] - low[i]) / (2 * h), 1e-9);
  };
  check(hyperbolic_tangent<double>, hyperbolic_tangent_slope<double>, hyperbolic_tangent_slope_tangent<double>);
  check(logistic<double>, logistic_slope<double>, logistic_slope_tangent<double>);
}

}  // namespace
}  // namespace tacit::models::kernels
