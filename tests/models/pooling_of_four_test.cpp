#include "models/kernels/pooling_of_four.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "core/random.h"
#include "models/instruction_sets.h"

namespace tacit::models::kernels {
namespace {

/// Small whole numbers, so that squares have equal elements, and some NaN.
template <class T>
std::vector<T> with_ties(std::size_t size, std::uint32_t which) {
  RandomStream stream({17, Purpose::test, which});
  std::vector<T> values(size);
  for (T& value : values)
    value = stream.below(9) == 0 ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(stream.below(3));
  return values;
}

std::array<std::size_t, 4> corners(const PlanesOfSquares& s, std::size_t output) {
  const std::size_t width = s.width / 2, height = s.height / 2;
  const std::size_t column = output % width, row = output / width % height, plane = output / width / height;
  const std::size_t first = (plane * s.height + 2 * row) * s.width + 2 * column;
  return {first, first + 1, first + s.width, first + s.width + 1};
}

template <class T>
std::size_t largest_of(const std::vector<T>& x, const std::array<std::size_t, 4>& at) {
  for (const std::size_t each : at)
    if (std::isnan(x[each])) return each;
  std::size_t best = at[0];
  for (const std::size_t each : at)
    if (x[each] > x[best]) best = each;
  return best;
}

template <class T>
void expect_same(const std::vector<T>& values, const std::vector<T>& truth) {
  ASSERT_EQ(values.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i)
    ASSERT_TRUE(values[i] == truth[i] || (std::isnan(values[i]) && std::isnan(truth[i]))) << "at " << i;
}

template <class T>
void expect_poolings(const PlanesOfSquares& squares) {
  SCOPED_TRACE(std::to_string(squares.height) + " x " + std::to_string(squares.width));
  const std::size_t pixels = squares.planes * squares.height * squares.width;
  const auto x = with_ties<T>(pixels, 1), values = with_ties<T>(pixels, 2);
  std::vector<T> upstream(squares.outputs());
  for (std::size_t o = 0; o < upstream.size(); ++o) upstream[o] = static_cast<T>(o + 1);
  std::vector<T> chosen(upstream.size()), means(upstream.size()), true_chosen(upstream.size()),
      true_means(upstream.size());
  std::vector<T> routed(pixels, T(-1)), spread(pixels, T(-1)), true_routed(pixels), true_spread(pixels);
  chosen_of_four<T>(squares, x, values, chosen);
  route_to_largest<T>(squares, x, upstream, routed);
  mean_of_four<T>(squares, values, means);
  spread_to_four<T>(squares, upstream, spread);
  for (std::size_t o = 0; o < upstream.size(); ++o) {
    const auto at = corners(squares, o);
    true_chosen[o] = values[largest_of(x, at)];
    true_routed[largest_of(x, at)] = upstream[o];
    true_means[o] = (values[at[0]] + values[at[1]] + values[at[2]] + values[at[3]]) / 4;
    for (const std::size_t each : at) true_spread[each] = upstream[o] / 4;
  }
  expect_same(chosen, true_chosen);
  expect_same(routed, true_routed);
  expect_same(means, true_means);
  expect_same(spread, true_spread);
}

TEST(PoolingOfFour, AgreesWithTheDefinitionAmongTiesAndNaN) {
  for_each_target([](auto target) {
    SCOPED_TRACE(hwy::TargetName(target));
    for (const std::size_t height : {2, 3, 6})
      for (const std::size_t width : {2, 3, 8, 10, 15, 24, 35}) {
        expect_poolings<float>({3, height, width});
        expect_poolings<double>({3, height, width});
      }
  });
}

}  // namespace
}  // namespace tacit::models::kernels
