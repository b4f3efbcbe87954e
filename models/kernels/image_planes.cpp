#include "models/kernels/image_planes.h"

#include <algorithm>
#include <cstring>

namespace tacit::models::kernels {

namespace {

std::size_t quotient_up(std::size_t value, std::size_t by) {
  return (value + by - 1) / by;
}

/// Places [begin, end) of a phase, of an axis, that hold pixels.
Inside pixel_places(const ImageWindows& w, std::size_t axis, std::size_t phase) {
  const auto first = [&](std::size_t padded) {
    return padded <= phase ? 0 : quotient_up(padded - phase, w.stride[axis]);
  };
  return {first(w.padding[axis]), first(w.padding[axis] + w.image[axis])};
}

// The rows of small images are shorter than what a call of memmove costs; pieces of fixed size stay in registers.
template <class T>
void copy_row(std::size_t width, const T* from, T* to) {
  constexpr std::size_t piece = 8;
  std::size_t i = 0;
  for (; i + piece <= width; i += piece) std::memcpy(to + i, from + i, piece * sizeof(T));
  for (; i < width; ++i) to[i] = from[i];
}

/// Calls visit(channel, row of the plane, first pixel of the row in the image, first place in the plane's row, pixels)
/// for every row of a phase that has pixels.
template <class Visit>
void for_each_row(const ImagePlanes& planes, std::size_t vertical, std::size_t horizontal, const Visit& visit) {
  const ImageWindows& w = planes.windows;
  const Inside rows = pixel_places(w, 0, vertical), places = pixel_places(w, 1, horizontal);
  const std::size_t left = places.begin * w.stride[1] + horizontal - w.padding[1];
  for (std::size_t channel = 0; channel < w.channels; ++channel)
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
      const std::size_t y = row * w.stride[0] + vertical - w.padding[0];
      visit(channel, row, (channel * w.image[0] + y) * w.image[1] + left, places.begin, places.end - places.begin);
    }
}

}  // namespace

ImagePlanes::ImagePlanes(const ImageWindows& of)
    : windows(of),
      height(quotient_up(of.image[0] + 2 * of.padding[0], of.stride[0])),
      width(quotient_up(of.image[1] + 2 * of.padding[1], of.stride[1])) {}

std::size_t ImagePlanes::shift(std::size_t ky, std::size_t kx) const {
  return ky * windows.dilation[0] / windows.stride[0] * width + kx * windows.dilation[1] / windows.stride[1];
}

std::size_t ImagePlanes::place(std::size_t channel, std::size_t ky, std::size_t kx) const {
  const std::size_t vertical = ky * windows.dilation[0] % windows.stride[0],
                    horizontal = kx * windows.dilation[1] % windows.stride[1];
  return ((channel * windows.stride[0] + vertical) * windows.stride[1] + horizontal) * plane() + shift(ky, kx);
}

Inside ImagePlanes::pixel_rows(std::size_t phase) const {
  return pixel_places(windows, 0, phase);
}

template <class T>
void fill_planes(const ImagePlanes& planes, std::span<const T> image, std::span<T> filled) {
  const std::size_t stride = planes.windows.stride[1];
  for (std::size_t vertical = 0; vertical < planes.windows.stride[0]; ++vertical)
    for (std::size_t horizontal = 0; horizontal < stride; ++horizontal)
      for_each_row(planes, vertical, horizontal,
                   [&](std::size_t channel, std::size_t row, std::size_t pixel, std::size_t place, std::size_t count) {
                     const std::size_t plane = channel * planes.planes_of_channel() + vertical * stride + horizontal;
                     T* const to = filled.data() + plane * planes.plane() + row * planes.width + place;
                     const T* const from = image.data() + pixel;
                     if (stride == 1) return copy_row(count, from, to);
                     for (std::size_t i = 0; i < count; ++i) to[i] = from[i * stride];
                   });
}

template <class T>
void read_phase(const ImagePlanes& planes, std::size_t vertical, std::size_t horizontal, std::span<const T> rows,
                std::size_t pitch, std::span<T> image) {
  const std::size_t stride = planes.windows.stride[1], first = planes.pixel_rows(vertical).begin;
  for_each_row(planes, vertical, horizontal,
               [&](std::size_t channel, std::size_t row, std::size_t pixel, std::size_t place, std::size_t count) {
                 const T* const from = rows.data() + channel * pitch + (row - first) * planes.width + place;
                 T* const to = image.data() + pixel;
                 if (stride == 1) return copy_row(count, from, to);
                 for (std::size_t i = 0; i < count; ++i) to[i * stride] = from[i];
               });
}

template <class T>
void copy_rows(std::size_t rows, std::size_t width, const T* from, std::size_t from_step, T* to, std::size_t to_step) {
  for (std::size_t row = 0; row < rows; ++row) copy_row(width, from + row * from_step, to + row * to_step);
}

#define TACIT_INSTANTIATE(T)                                                                                 \
  template void fill_planes<T>(const ImagePlanes&, std::span<const T>, std::span<T>);                        \
  template void read_phase<T>(const ImagePlanes&, std::size_t, std::size_t, std::span<const T>, std::size_t, \
                              std::span<T>);                                                                 \
  template void copy_rows<T>(std::size_t, std::size_t, const T*, std::size_t, T*, std::size_t);
TACIT_INSTANTIATE(float)
TACIT_INSTANTIATE(double)
#undef TACIT_INSTANTIATE

}  // namespace tacit::models::kernels
