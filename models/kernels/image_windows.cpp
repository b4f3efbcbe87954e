#include "models/kernels/image_windows.h"

#include <algorithm>
#include <cstring>

#include "core/error.h"

namespace tacit::models::kernels {

namespace {

/// Calls visit(first column, first element of the padded image) for every run of positions().width elements that one
/// element of the kernel sees along one row of positions.
template <class Visit>
void for_each_run(const ImageWindows& w, const Visit& visit) {
  const std::size_t rows = w.positions(0), width = w.positions(1), row_size = w.padded_row_size();
  std::size_t column = 0;
  for (std::size_t channel = 0; channel < w.channels; ++channel)
    for (std::size_t ky = 0; ky < w.kernel[0]; ++ky)
      for (std::size_t kx = 0; kx < w.kernel[1]; ++kx) {
        const std::size_t shift = kx * w.dilation[1];
        const std::size_t place = shift % w.stride[1] * w.pixels_of_phase() + shift / w.stride[1];
        std::size_t from = (channel * w.padded_rows() + ky * w.dilation[0]) * row_size + place;
        for (std::size_t y = 0; y < rows; ++y, column += width, from += w.stride[0] * row_size) visit(column, from);
      }
}

/// Calls visit(pixel, element of the padded image) for every pixel.
template <class Visit>
void for_each_pixel(const ImageWindows& w, const Visit& visit) {
  std::size_t pixel = 0;
  for (std::size_t channel = 0; channel < w.channels; ++channel)
    for (std::size_t y = 0; y < w.image[0]; ++y) {
      const std::size_t row = (channel * w.padded_rows() + y + w.padding[0]) * w.padded_row_size();
      std::size_t phase = w.padding[1] % w.stride[1], place = w.padding[1] / w.stride[1];
      for (std::size_t x = 0; x < w.image[1]; ++x) {
        visit(pixel++, row + phase * w.pixels_of_phase() + place);
        if (++phase < w.stride[1]) continue;
        phase = 0;
        ++place;
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
  constexpr double most = 1 << 28;
  const auto product = [](auto... factors) { return (static_cast<double>(factors) * ...); };
  const double size = std::max(product(channels, kernel[0], kernel[1], positions(0), positions(1)),
                               product(channels, padded_rows(), padded_row_size()));
  if (size > most)
    fail(ErrorKind::usage, "the windows of one padded image hold {:.3g} elements, expected {:.3g} at most", size, most);
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

namespace {

// The runs of small images are shorter than what a call of memmove costs; pieces of fixed size stay in registers.
constexpr std::size_t piece = 8;

template <class T>
void copy_run(const T* from, T* to, std::size_t count) {
  std::size_t i = 0;
  for (; i + piece <= count; i += piece) std::memcpy(to + i, from + i, piece * sizeof(T));
  for (; i < count; ++i) to[i] = from[i];
}

template <class T>
void add_run(const T* from, T* to, std::size_t count) {
  std::size_t i = 0;
  for (; i + piece <= count; i += piece) {
    T sums[piece], terms[piece];
    std::memcpy(sums, to + i, sizeof sums);
    std::memcpy(terms, from + i, sizeof terms);
    for (std::size_t j = 0; j < piece; ++j) sums[j] += terms[j];
    std::memcpy(to + i, sums, sizeof sums);
  }
  for (; i < count; ++i) to[i] += from[i];
}

}  // namespace

template <class T>
void pad_image(const ImageWindows& windows, std::span<const T> image, std::span<T> padded) {
  for_each_pixel(windows, [&](std::size_t pixel, std::size_t place) { padded[place] = image[pixel]; });
}

template <class T>
void crop_image(const ImageWindows& windows, std::span<const T> padded, std::span<T> image) {
  for_each_pixel(windows, [&](std::size_t pixel, std::size_t place) { image[pixel] = padded[place]; });
}

template <class T>
void gather_columns(const ImageWindows& windows, std::span<const T> padded, std::span<T> columns) {
  const std::size_t width = windows.positions(1);
  for_each_run(windows, [&](std::size_t column, std::size_t from) {
    copy_run(padded.data() + from, columns.data() + column, width);
  });
}

template <class T>
void add_columns(const ImageWindows& windows, std::span<const T> columns, std::span<T> padded) {
  const std::size_t width = windows.positions(1);
  for_each_run(windows, [&](std::size_t column, std::size_t from) {
    add_run(columns.data() + column, padded.data() + from, width);
  });
}

#define TACIT_INSTANTIATE(T)                                                              \
  template void pad_image<T>(const ImageWindows&, std::span<const T>, std::span<T>);      \
  template void crop_image<T>(const ImageWindows&, std::span<const T>, std::span<T>);     \
  template void gather_columns<T>(const ImageWindows&, std::span<const T>, std::span<T>); \
  template void add_columns<T>(const ImageWindows&, std::span<const T>, std::span<T>);
TACIT_INSTANTIATE(float)
TACIT_INSTANTIATE(double)
#undef TACIT_INSTANTIATE

}  // namespace tacit::models::kernels
