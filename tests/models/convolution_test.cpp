#include "models/layers/convolution.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace tacit::models {
namespace {

using kernels::ImageWindows;

struct Case {
  ImageWindows windows;
  std::size_t outputs = 1, groups = 1;
  bool bias = true;
};

std::vector<Case> cases() {
  return {
      {{.channels = 1, .image = {1, 1}}, 1},
      {{.channels = 3, .image = {5, 7}}, 2},
      {{.channels = 2, .image = {6, 5}, .kernel = {3, 3}, .padding = {1, 1}}, 3},
      {{.channels = 2, .image = {9, 4}, .kernel = {5, 2}, .stride = {2, 1}, .padding = {4, 0}}, 3, 1, false},
      {{.channels = 4, .image = {8, 11}, .kernel = {2, 3}, .stride = {3, 2}, .padding = {0, 5}, .dilation = {3, 4}},
       6,
       2},
      {{.channels = 3, .image = {7, 7}, .kernel = {3, 1}, .stride = {1, 4}, .padding = {2, 3}}, 3, 3},
      // Long rows, and more channels than one block of rows.
      {{.channels = 5, .image = {6, 70}, .kernel = {3, 5}, .padding = {0, 2}}, 19},
      {{.channels = 26, .image = {5, 9}, .kernel = {2, 2}, .stride = {2, 2}}, 70, 2},
      // Windows that lie in the padding altogether, and a stride longer than the image.
      {{.channels = 1, .image = {2, 3}, .kernel = {1, 2}, .stride = {1, 6}, .padding = {3, 4}, .dilation = {1, 2}}, 2},
  };
}

template <class T>
Convolution<T> make(const Case& from) {
  return Convolution<T>(from.windows, {.outputs = from.outputs, .groups = from.groups, .bias = from.bias});
}

template <class T>
std::vector<T> random_values(std::size_t size, std::uint32_t which) {
  RandomStream stream({7, Purpose::test, which});
  std::vector<T> values(size);
  for (T& value : values) value = static_cast<T>(stream.normal());
  return values;
}

template <class T>
std::size_t theta_size(const Layer<T>& layer) {
  std::size_t size = 0;
  for (const auto& declaration : layer.parameters()) size += element_count(declaration.shape);
  return size;
}

/// One output element by the definition: every tap of the kernel that meets a pixel.
template <class T>
double element(const Case& c, std::span<const T> theta, std::span<const T> x, std::size_t out, std::size_t row,
               std::size_t column) {
  const ImageWindows& w = c.windows;
  const std::size_t inputs = w.channels / c.groups, group = out / (c.outputs / c.groups);
  double sum = c.bias ? static_cast<double>(theta[c.outputs * inputs * w.kernel[0] * w.kernel[1] + out]) : 0.0;
  for (std::size_t in = 0; in < inputs; ++in)
    for (std::size_t ky = 0; ky < w.kernel[0]; ++ky)
      for (std::size_t kx = 0; kx < w.kernel[1]; ++kx) {
        const auto y = static_cast<std::ptrdiff_t>(row * w.stride[0] + ky * w.dilation[0]) -
                       static_cast<std::ptrdiff_t>(w.padding[0]);
        const auto z = static_cast<std::ptrdiff_t>(column * w.stride[1] + kx * w.dilation[1]) -
                       static_cast<std::ptrdiff_t>(w.padding[1]);
        if (y < 0 || z < 0 || y >= static_cast<std::ptrdiff_t>(w.image[0]) ||
            z >= static_cast<std::ptrdiff_t>(w.image[1]))
          continue;
        const std::size_t pixel = ((group * inputs + in) * w.image[0] + static_cast<std::size_t>(y)) * w.image[1] +
                                  static_cast<std::size_t>(z);
        sum += static_cast<double>(theta[((out * inputs + in) * w.kernel[0] + ky) * w.kernel[1] + kx]) *
               static_cast<double>(x[pixel]);
      }
  return sum;
}

template <class T>
void expect_definition(const Case& c, double tolerance) {
  const Convolution<T> layer = make<T>(c);
  constexpr std::size_t count = 3;
  const std::size_t in = element_count(layer.input_shapes()[0]), out = element_count(layer.output_shape());
  const auto theta = random_values<T>(theta_size(layer), 1), x = random_values<T>(count * in, 2);
  std::vector<T> y(count * out);
  const std::span<const T> inputs[] = {x};
  const auto scratch = layer.make_scratch();
  layer.forward({.count = count, .theta = theta, .inputs = inputs, .outputs = y, .scratch = scratch.get()});
  std::size_t at = 0;
  for (std::size_t example = 0; example < count; ++example)
    for (std::size_t o = 0; o < c.outputs; ++o)
      for (std::size_t row = 0; row < c.windows.positions(0); ++row)
        for (std::size_t column = 0; column < c.windows.positions(1); ++column)
          ASSERT_NEAR(static_cast<double>(y[at++]),
                      element<T>(c, theta, std::span<const T>(x).subspan(example * in, in), o, row, column), tolerance);
  EXPECT_EQ(at, y.size());
}

TEST(Convolution, AgreesWithTheDefinition) {
  for (std::size_t i = 0; i < cases().size(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    expect_definition<double>(cases()[i], 1e-13);
    expect_definition<float>(cases()[i], 2e-5);
  }
}

/// However a batch is cut, its gradients are the same bits: those of the examples, added in their order.
TEST(Convolution, SumsGradientsInTheOrderOfTheExamples) {
  for (const Case& c : cases()) {
    const Convolution<float> layer = make<float>(c);
    constexpr std::size_t count = 5;
    const std::size_t in = element_count(layer.input_shapes()[0]), out = element_count(layer.output_shape());
    const auto theta = random_values<float>(theta_size(layer), 1), x = random_values<float>(count * in, 2),
               u = random_values<float>(count * out, 3);
    const auto scratch = layer.make_scratch();
    const auto backward = [&](std::size_t first, std::size_t examples, std::span<float> theta_gradient,
                              std::span<float> x_gradient) {
      const std::span<const float> inputs[] = {std::span<const float>(x).subspan(first * in, examples * in)};
      const std::span<float> gradients[] = {x_gradient};
      layer.backward({.count = examples,
                      .theta = theta,
                      .inputs = inputs,
                      .outputs = {},
                      .upstream = std::span<const float>(u).subspan(first * out, examples * out),
                      .theta_gradient = theta_gradient,
                      .inputs_gradients = gradients,
                      .scratch = scratch.get()});
    };
    std::vector<float> whole(theta.size()), sum(theta.size()), one(theta.size()), x_whole(x.size()), x_one(in);
    backward(0, count, whole, x_whole);
    for (std::size_t example = 0; example < count; ++example) {
      backward(example, 1, one, x_one);
      for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += one[i];
      for (std::size_t i = 0; i < in; ++i) ASSERT_EQ(x_one[i], x_whole[example * in + i]);
    }
    EXPECT_EQ(sum, whole);
  }
}

TEST(Convolution, StartsUniformInTheRangeOfItsFanIn) {
  const Convolution<double> layer({.channels = 6, .image = {9, 9}, .kernel = {3, 5}}, {.outputs = 400, .groups = 2});
  std::vector<double> theta(theta_size(layer));
  ASSERT_EQ(theta.size(), 400u * 3 * 15 + 400);
  RandomStream stream({1, Purpose::test});
  layer.initialise(stream, theta);
  double largest = 0, squares = 0;
  for (const double value : theta) largest = std::max(largest, std::abs(value)), squares += value * value;
  EXPECT_LE(largest, 1 / std::sqrt(45.0));
  EXPECT_NEAR(squares / static_cast<double>(theta.size()) * 45, 1.0 / 3, 0.01);
}

TEST(Convolution, RefusesWhatDoesNotFit) {
  const auto refused = [](ImageWindows windows, Convolution<float>::Options options, const std::string& piece) {
    try {
      Convolution<float> layer(windows, options);
      ADD_FAILURE() << "accepted, expected " << piece;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_NE(std::string(error.what()).find(piece), std::string::npos) << error.what();
    }
  };
  const ImageWindows image{.channels = 4, .image = {5, 5}};
  const auto with = [&](auto&& change) {
    ImageWindows changed = image;
    change(changed);
    return changed;
  };
  refused(image, {.outputs = 0}, "groups");
  refused(image, {.outputs = 6, .groups = 4}, "groups");
  refused(image, {.outputs = 6, .groups = 3}, "groups");
  refused(image, {.outputs = 4, .initial_range = -1}, "initial range");
  refused(with([](ImageWindows& w) { w.kernel = {6, 1}; }), {.outputs = 1}, "6 pixels");
  refused(with([](ImageWindows& w) { w.kernel = {1, 3}, w.dilation = {1, 3}; }), {.outputs = 1}, "7 pixels");
  refused(with([](ImageWindows& w) { w.stride = {0, 1}; }), {.outputs = 1}, "stride is 0");
  refused(with([](ImageWindows& w) { w.dilation = {1, 0}; }), {.outputs = 1}, "dilation is 0");
  refused(with([](ImageWindows& w) { w.kernel = {1, 0}; }), {.outputs = 1}, "kernel is 0");
  refused(with([](ImageWindows& w) { w.image = {5, 0}; }), {.outputs = 1}, "width is 0");
  refused(with([](ImageWindows& w) { w.padding = {1 << 20, 1 << 20}; }), {.outputs = 1}, "elements");
}

}  // namespace
}  // namespace tacit::models
