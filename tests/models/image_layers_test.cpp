#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "models/layers/concatenation.h"
#include "models/layers/gelu.h"
#include "models/layers/leaky_relu.h"
#include "models/layers/normalization.h"
#include "models/layers/pooling.h"
#include "models/layers/silu.h"
#include "models/layers/softmax.h"

namespace tacit::models {
namespace {

using Values = std::vector<double>;

Values forward(const Layer<double>& layer, const std::vector<Values>& inputs, std::size_t count = 1,
               const Values& theta = {}) {
  std::vector<std::span<const double>> spans(inputs.begin(), inputs.end());
  Values outputs(count * element_count(layer.output_shape()));
  const auto scratch = layer.make_scratch();
  layer.forward({.count = count, .theta = theta, .inputs = spans, .outputs = outputs, .scratch = scratch.get()});
  return outputs;
}

Values backward(const Layer<double>& layer, const Values& x, const Values& upstream) {
  Values gradient(x.size());
  const std::span<const double> inputs[] = {x};
  const std::span<double> gradients[] = {gradient};
  layer.backward({.count = 1,
                  .theta = {},
                  .inputs = inputs,
                  .outputs = {},
                  .upstream = upstream,
                  .theta_gradient = {},
                  .inputs_gradients = gradients});
  return gradient;
}

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Pooling, TakesTheLargestPixelOfEveryWindow) {
  const MaxPooling<double> pool({.channels = 2, .image = {2, 4}, .kernel = {2, 2}, .stride = {2, 2}});
  EXPECT_EQ(pool.output_shape(), (Shape{2, 1, 2}));
  const Values x = {1, 5, -1, -2, 3, 2, -4, -3, 0, 0, 7, 7, 0, 0, 7, 7};
  EXPECT_EQ(forward(pool, {x}), (Values{5, -1, 0, 7}));
  // Among equals the first pixel gets the whole derivative.
  EXPECT_EQ(backward(pool, x, {1, 2, 3, 4}), (Values{0, 1, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0}));
}

TEST(Pooling, NeverTakesPaddingForAPixel) {
  const kernels::ImageWindows windows{
      .channels = 1, .image = {2, 3}, .kernel = {2, 2}, .stride = {2, 2}, .padding = {1, 1}};
  const Values x = {-1, -2, -3, -4, -5, -6};
  EXPECT_EQ(forward(MaxPooling<double>(windows), {x}), (Values{-1, -2, -4, -5}));
  EXPECT_EQ(forward(AveragePooling<double>(windows), {x}), (Values{-1, -2.5, -4, -5.5}));
  EXPECT_EQ(backward(AveragePooling<double>(windows), x, {1, 2, 3, 4}), (Values{1, 1, 1, 3, 2, 2}));
}

TEST(Pooling, LetsNaNThrough) {
  const MaxPooling<double> pool({.channels = 1, .image = {1, 3}, .kernel = {1, 3}});
  for (const Values& x : {Values{nan, 1, 2}, Values{1, nan, 2}, Values{1, 2, nan}})
    EXPECT_TRUE(std::isnan(forward(pool, {x})[0]));
}

TEST(Pooling, OverlappingWindowsAddUp) {
  const MaxPooling<double> pool({.channels = 1, .image = {1, 4}, .kernel = {1, 3}});
  EXPECT_EQ(backward(pool, {1, 2, 9, 3}, {10, 100}), (Values{0, 0, 110, 0}));
}

TEST(Pooling, RefusesWindowsOutsideTheImage) {
  EXPECT_THROW(MaxPooling<double>({.channels = 1, .image = {4, 4}, .kernel = {2, 2}, .padding = {2, 2}}), Error);
  EXPECT_THROW(AveragePooling<double>({.channels = 1, .image = {4, 4}, .kernel = {5, 2}}), Error);
}

/// y of one run by the definition, in long double.
void expect_normalised(std::span<const double> x, std::span<const double> y, double epsilon, double weight,
                       double bias) {
  long double mean = 0, variance = 0;
  for (const double value : x) mean += value;
  mean /= static_cast<long double>(x.size());
  for (const double value : x) variance += (value - mean) * (value - mean);
  variance /= static_cast<long double>(x.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_NEAR(y[i], static_cast<double>(weight * (x[i] - mean) / std::sqrt(variance + epsilon) + bias), 1e-13);
}

TEST(Normalization, FollowsItsDefinition) {
  Values x(2 * 4 * 3);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = std::sin(3.0 * static_cast<double>(i)) * 10 + 4;
  const std::span<const double> all(x);

  // Two examples of four channels with three pixels each, two channels a group.
  const auto group = Normalization<double>::group_norm({4, 1, 3}, 2, 0.3);
  ASSERT_EQ(group.parameters()[0].shape, (Shape{4}));
  const Values of_group = forward(group, {x}, 2, {2, 2, -3, -3, 1, 1, 5, 5});
  for (std::size_t run = 0; run < 4; ++run)
    expect_normalised(all.subspan(6 * run, 6), std::span(of_group).subspan(6 * run, 6), 0.3, run % 2 == 0 ? 2 : -3,
                      run % 2 == 0 ? 1 : 5);

  const auto row = Normalization<double>::layer_norm({4, 3});
  ASSERT_EQ(row.parameters()[1].shape, (Shape{4, 3}));
  Values theta(24, 0.0);
  std::fill_n(theta.begin(), 12, 1.0);
  const Values of_row = forward(row, {x}, 2, theta);
  for (std::size_t run = 0; run < 2; ++run)
    expect_normalised(all.subspan(12 * run, 12), std::span(of_row).subspan(12 * run, 12), 1e-5, 1, 0);
}

TEST(Normalization, StartsWithUnitWeightsAndIsExactOnConstants) {
  const auto norm = Normalization<double>::group_norm({2, 2}, 1);
  Values theta(4, nan);
  RandomStream stream({1, Purpose::test});
  norm.initialise(stream, theta);
  EXPECT_EQ(theta, (Values{1, 1, 0, 0}));
  EXPECT_EQ(forward(norm, {{3, 3, 3, 3}}, 1, theta), (Values{0, 0, 0, 0}));
}

TEST(Normalization, RefusesWhatDoesNotFit) {
  EXPECT_THROW(Normalization<double>::group_norm({6, 2}, 4), Error);
  EXPECT_THROW(Normalization<double>::group_norm({6, 2}, 0), Error);
  EXPECT_THROW(Normalization<double>::group_norm({}, 1), Error);
  EXPECT_THROW(Normalization<double>::layer_norm({3, 0}), Error);
  EXPECT_THROW(Normalization<double>::layer_norm({3}, 0), Error);
  EXPECT_THROW(Normalization<double>::layer_norm({3}, nan), Error);
}

TEST(Activations, NewerOnesHaveTheirKnownValues) {
  const Values x = {-40, -10, -1, 0, 1, 40};
  const Values gelu = forward(Gelu<double>({6}), {x}), silu = forward(Silu<double>({6}), {x}),
               leaky = forward(LeakyRelu<double>({6}, {0.25}), {x});
  // 0.841344746068543 = Phi(1), 7.61985302416e-24 = Phi(-10), 0.731058578630005 = 1 / (1 + 1/e)
  EXPECT_NEAR(gelu[4], 0.841344746068543, 1e-15);
  EXPECT_NEAR(gelu[2], 0.841344746068543 - 1, 1e-15);
  EXPECT_NEAR(gelu[1] / -7.61985302416e-23, 1, 1e-11);
  EXPECT_NEAR(silu[4], 0.731058578630005, 1e-15);
  EXPECT_NEAR(silu[2], 0.731058578630005 - 1, 1e-15);
  EXPECT_NEAR(silu[0] / (-40 * std::exp(-40.0)), 1, 1e-14);
  for (const Values& y : {gelu, silu, leaky}) {
    EXPECT_EQ(y[3], 0);
    EXPECT_EQ(y[5], 40);
  }
  EXPECT_EQ(leaky[1], -2.5);
  for (const Values& y : {forward(Gelu<double>({1}), {{nan}}), forward(Silu<double>({1}), {{nan}}),
                          forward(LeakyRelu<double>({1}), {{nan}})})
    EXPECT_TRUE(std::isnan(y[0]));
}

TEST(Softmax, IsADistributionHoweverLargeTheInputs) {
  const Softmax<double> softmax({3});
  const Values y = forward(softmax, {{1e300, 1e300, -1e300, std::log(1.0), std::log(2.0), std::log(5.0)}}, 2);
  const Values expected = {0.5, 0.5, 0, 0.125, 0.25, 0.625};
  for (std::size_t i = 0; i < y.size(); ++i) EXPECT_NEAR(y[i], expected[i], 1e-15);
  EXPECT_THROW(Softmax<double>({0}), Error);
}

TEST(Concatenation, JoinsAlongTheFirstAxis) {
  const Concatenation<double> joined({{2, 1}, {1, 1}});
  EXPECT_EQ(joined.output_shape(), (Shape{3, 1}));
  EXPECT_EQ(forward(joined, {{1, 2, 3, 4}, {5, 6}}, 2), (Values{1, 2, 5, 3, 4, 6}));
  EXPECT_THROW(Concatenation<double>({{2, 1}}), Error);
  EXPECT_THROW(Concatenation<double>({{2, 1}, {2, 2}}), Error);
  EXPECT_THROW(Concatenation<double>({{2, 1}, {2}}), Error);
  EXPECT_THROW(Concatenation<double>({{}, {}}), Error);
}

}  // namespace
}  // namespace tacit::models
