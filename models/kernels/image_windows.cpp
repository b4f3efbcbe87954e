#include "models/kernels/image_windows.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models::kernels {

namespace {

/// Calls visit(first column, first pixel, step of the pixels, count) for every run of pixels that one kernel element
/// sees along one row of output positions, and skip(first column, count) for what lies outside the image.
template <class Visit, class Skip>
void for_each_run(const ImageWindows& w, const Visit& visit, const Skip& skip) {
  const std::size_t rows = w.positions(0), width = w.positions(1);
  std::size_t column = 0;
  for (std::size_t channel = 0; channel < w.channels; ++channel)
    for (std::size_t ky = 0; ky < w.kernel[0]; ++ky)
      for (std::size_t kx = 0; kx < w.kernel[1]; ++kx) {
        const Inside down = inside_image(w, 0, ky), across = inside_image(w, 1, kx);
        for (std::size_t y = 0; y < rows; ++y, column += width) {
          if (y < down.begin || y >= down.end || across.begin == across.end) {
            skip(column, width);
            continue;
          }
          const std::size_t row = y * w.stride[0] + ky * w.dilation[0] - w.padding[0];
          const std::size_t pixel = across.begin * w.stride[1] + kx * w.dilation[1] - w.padding[1];
          skip(column, across.begin);
          visit(column + across.begin, (channel * w.image[0] + row) * w.image[1] + pixel, w.stride[1],
                across.end - across.begin);
          skip(column + across.end, width - across.end);
        }
      }
}

}  // namespace

void ImageWindows::check() const {
  constexpr std::size_t largest = std::size_t{1} << 20;
  const auto extent = [&](const char* name, std::size_t value, std::size_t low) {
    if (value < low || value > largest)
      fail(ErrorKind::usage, "{} is {}, expected {} to {}", name, value, low, largest);
  };
  extent("the number of channels", channels, 1);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    extent(axis == 0 ? "the image's height" : "the image's width", image[axis], 1);
    extent("kernel", kernel[axis], 1);
    extent("stride", stride[axis], 1);
    extent("padding", padding[axis], 0);
    extent("dilation", dilation[axis], 1);
    const std::size_t reach = dilation[axis] * (kernel[axis] - 1) + 1, room = image[axis] + 2 * padding[axis];
    if (reach > room)
      fail(ErrorKind::usage,
           "a kernel that reaches over {} pixels does not fit into an image of {} {}, padding included", reach, room,
           axis == 0 ? "rows" : "columns");
  }
  constexpr double most = 1e10;
  const double size = static_cast<double>(channels) * static_cast<double>(kernel[0] * kernel[1]) *
                      (static_cast<double>(positions(0)) * static_cast<double>(positions(1)));
  if (size > most)
    fail(ErrorKind::usage, "the windows of one image hold {:.3g} elements, at most {:.3g} can be worked on", size,
         most);
}

std::size_t ImageWindows::positions(std::size_t axis) const {
  return (image[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
}

bool ImageWindows::is_identity() const {
  constexpr std::array<std::size_t, 2> one{1, 1}, zero{0, 0};
  return kernel == one && stride == one && padding == zero;
}

Inside inside_image(const ImageWindows& w, std::size_t axis, std::size_t k) {
  // o * stride + k * dilation - padding in [0, image)
  const std::size_t shift = k * w.dilation[axis], stride = w.stride[axis], padding = w.padding[axis];
  const std::size_t begin = shift >= padding ? 0 : (padding - shift + stride - 1) / stride;
  const std::size_t limit = w.image[axis] + padding;
  const std::size_t end = shift >= limit ? 0 : std::min(w.positions(axis), (limit - shift - 1) / stride + 1);
  return {std::min(begin, end), end};
}

template <class T>
void gather_columns(const ImageWindows& windows, std::span<const T> image, std::span<T> columns) {
  for_each_run(
      windows,
      [&](std::size_t column, std::size_t pixel, std::size_t step, std::size_t count) {
        if (step == 1) {
          std::copy_n(image.data() + pixel, count, columns.data() + column);
        } else {
          for (std::size_t i = 0; i < count; ++i) columns[column + i] = image[pixel + i * step];
        }
      },
      [&](std::size_t column, std::size_t count) { std::fill_n(columns.data() + column, count, T(0)); });
}

template <class T>
void add_columns(const ImageWindows& windows, std::span<const T> columns, std::span<T> image) {
  for_each_run(
      windows,
      [&](std::size_t column, std::size_t pixel, std::size_t step, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) image[pixel + i * step] += columns[column + i];
      },
      [](std::size_t, std::size_t) {});
}

template void gather_columns<float>(const ImageWindows&, std::span<const float>, std::span<float>);
template void gather_columns<double>(const ImageWindows&, std::span<const double>, std::span<double>);
template void add_columns<float>(const ImageWindows&, std::span<const float>, std::span<float>);
template void add_columns<double>(const ImageWindows&, std::span<const double>, std::span<double>);

}  // namespace tacit::models::kernels
