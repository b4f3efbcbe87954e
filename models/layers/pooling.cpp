#include "models/layers/pooling.h"

#include <algorithm>
#include <array>

#include "core/error.h"

namespace tacit::models {

template <class T>
PoolingLayer<T>::PoolingLayer(const kernels::ImageWindows& windows) : windows_(windows) {
  windows.check();
  const auto extent = [](std::size_t value) { return static_cast<std::int64_t>(value); };
  const std::int64_t channels = extent(windows.channels);
  input_shapes_ = {{channels, extent(windows.image[0]), extent(windows.image[1])}};
  output_shape_ = {channels, extent(windows.positions(0)), extent(windows.positions(1))};
  rows_ = spans_of(0);
  columns_ = spans_of(1);
}

template <class T>
std::vector<typename PoolingLayer<T>::Span> PoolingLayer<T>::spans_of(std::size_t axis) const {
  std::vector<Span> spans(windows_.positions(axis), {0, 0});
  for (std::size_t k = 0; k < windows_.kernel[axis]; ++k) {
    const kernels::Inside inside = kernels::inside_image(windows_, axis, k);
    for (std::size_t o = inside.begin; o < inside.end; ++o)
      if (spans[o].count++ == 0)
        spans[o].first = o * windows_.stride[axis] + k * windows_.dilation[axis] - windows_.padding[axis];
  }
  for (const Span& span : spans)
    if (span.count == 0)
      fail(ErrorKind::usage, "a padding of {} puts whole windows of pooling outside the image", windows_.padding[axis]);
  return spans;
}

template <class T>
std::optional<kernels::PlanesOfSquares> PoolingLayer<T>::squares(std::size_t count) const {
  constexpr std::array<std::size_t, 2> zero{0, 0}, one{1, 1}, two{2, 2};
  if (windows_.kernel != two || windows_.stride != two || windows_.padding != zero || windows_.dilation != one)
    return std::nullopt;
  return kernels::PlanesOfSquares{count * windows_.channels, windows_.image[0], windows_.image[1]};
}

template <class T>
template <class Visit>
void PoolingLayer<T>::for_each_window(std::size_t count, const Visit& visit) const {
  const std::size_t width = windows_.image[1], plane = windows_.image[0] * width;
  std::size_t output = 0;
  for (std::size_t channel = 0; channel < count * windows_.channels; ++channel)
    for (const Span& rows : rows_)
      for (const Span& columns : columns_)
        visit(output++, Pixels{.first = channel * plane + rows.first * width + columns.first,
                               .rows = rows.count,
                               .columns = columns.count,
                               .down = windows_.dilation[0] * width,
                               .across = windows_.dilation[1]});
}

namespace {

/// Index of the first largest pixel, or of the first NaN.
template <class T, class Pixels>
std::size_t largest(std::span<const T> x, const Pixels& pixels) {
  std::size_t best = pixels.first;
  for (std::size_t row = 0; row < pixels.rows; ++row)
    for (std::size_t column = 0; column < pixels.columns; ++column) {
      const std::size_t at = pixels.at(row, column);
      // Not `x[at] > x[best]`, which would lose a NaN; a NaN found stays.
      if (!(x[at] <= x[best]) && x[best] == x[best]) best = at;
    }
  return best;
}

}  // namespace

template <class T>
void MaxPooling<T>::choose(std::size_t count, std::span<const T> x, std::span<const T> values,
                           std::span<T> outputs) const {
  if (const auto squares = this->squares(count)) {
    kernels::chosen_of_four<T>(*squares, x, values, outputs);
    return;
  }
  this->for_each_window(count, [&](std::size_t o, const auto& pixels) { outputs[o] = values[largest(x, pixels)]; });
}

template <class T>
void MaxPooling<T>::forward(const ForwardPass<T>& pass) const {
  choose(pass.count, pass.inputs[0], pass.inputs[0], pass.outputs);
}

template <class T>
void MaxPooling<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) choose(pass.count, pass.inputs[0], pass.inputs[0], pass.outputs);
  choose(pass.count, pass.inputs[0], pass.inputs_dot[0], pass.outputs_dot);
}

template <class T>
void MaxPooling<T>::route_back(std::size_t count, std::span<const T> x, std::span<const T> upstream,
                               std::span<T> gradient) const {
  if (gradient.empty()) return;
  if (const auto squares = this->squares(count)) {
    kernels::route_to_largest<T>(*squares, x, upstream, gradient);
    return;
  }
  std::fill(gradient.begin(), gradient.end(), T(0));
  this->for_each_window(count, [&](std::size_t o, const auto& pixels) { gradient[largest(x, pixels)] += upstream[o]; });
}

template <class T>
void MaxPooling<T>::backward(const BackwardPass<T>& pass) const {
  route_back(pass.count, pass.inputs[0], pass.upstream, pass.inputs_gradients[0]);
}

template <class T>
void MaxPooling<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  route_back(pass.count, pass.inputs[0], pass.upstream, pass.inputs_gradients[0]);
  route_back(pass.count, pass.inputs[0], pass.upstream_dot, pass.inputs_gradients_dot[0]);
}

template <class T>
void AveragePooling<T>::average(std::size_t count, std::span<const T> x, std::span<T> means) const {
  if (const auto squares = this->squares(count)) {
    kernels::mean_of_four<T>(*squares, x, means);
    return;
  }
  this->for_each_window(count, [&](std::size_t o, const auto& pixels) {
    T sum = 0;
    for (std::size_t row = 0; row < pixels.rows; ++row)
      for (std::size_t column = 0; column < pixels.columns; ++column) sum += x[pixels.at(row, column)];
    means[o] = sum / static_cast<T>(pixels.count());
  });
}

template <class T>
void AveragePooling<T>::spread(std::size_t count, std::span<const T> upstream, std::span<T> gradient) const {
  if (gradient.empty()) return;
  if (const auto squares = this->squares(count)) {
    kernels::spread_to_four<T>(*squares, upstream, gradient);
    return;
  }
  std::fill(gradient.begin(), gradient.end(), T(0));
  this->for_each_window(count, [&](std::size_t o, const auto& pixels) {
    const T share = upstream[o] / static_cast<T>(pixels.count());
    for (std::size_t row = 0; row < pixels.rows; ++row)
      for (std::size_t column = 0; column < pixels.columns; ++column) gradient[pixels.at(row, column)] += share;
  });
}

template <class T>
void AveragePooling<T>::forward(const ForwardPass<T>& pass) const {
  average(pass.count, pass.inputs[0], pass.outputs);
}

template <class T>
void AveragePooling<T>::forward_tangent(const ForwardTangentPass<T>& pass) const {
  if (!pass.outputs_known) average(pass.count, pass.inputs[0], pass.outputs);
  average(pass.count, pass.inputs_dot[0], pass.outputs_dot);
}

template <class T>
void AveragePooling<T>::backward(const BackwardPass<T>& pass) const {
  spread(pass.count, pass.upstream, pass.inputs_gradients[0]);
}

template <class T>
void AveragePooling<T>::backward_tangent(const BackwardTangentPass<T>& pass) const {
  spread(pass.count, pass.upstream, pass.inputs_gradients[0]);
  spread(pass.count, pass.upstream_dot, pass.inputs_gradients_dot[0]);
}

template class PoolingLayer<float>;
template class PoolingLayer<double>;
template class MaxPooling<float>;
template class MaxPooling<double>;
template class AveragePooling<float>;
template class AveragePooling<double>;

}  // namespace tacit::models
