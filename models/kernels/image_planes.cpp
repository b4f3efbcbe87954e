#include "models/kernels/image_planes.h"

#include "models/kernels/strided_rows.h"

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

/// The pixels of one phase, of one channel: `rows` of them in a plane, from `first_row` on.
struct Pixels {
  std::size_t first_row, rows, first_place, width;
  std::size_t first_pixel;  ///< in the image's channel
  std::size_t within;       ///< elements of the image from a row's first pixel to its end
};

Pixels pixels_of(const ImageWindows& w, std::size_t vertical, std::size_t horizontal) {
  const Inside rows = pixel_places(w, 0, vertical), places = pixel_places(w, 1, horizontal);
  if (rows.begin == rows.end || places.begin == places.end) return {};
  const std::size_t top = rows.begin * w.stride[0] + vertical - w.padding[0],
                    left = places.begin * w.stride[1] + horizontal - w.padding[1];
  return {rows.begin,       rows.end - rows.begin, places.begin, places.end - places.begin, top * w.image[1] + left,
          w.image[1] - left};
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
  const ImageWindows& w = planes.windows;
  const std::size_t channel_size = planes.planes_of_channel() * planes.plane();
  for (std::size_t vertical = 0; vertical < w.stride[0]; ++vertical)
    for (std::size_t horizontal = 0; horizontal < w.stride[1]; ++horizontal) {
      const Pixels pixels = pixels_of(w, vertical, horizontal);
      const Rows rows{pixels.rows, pixels.width, w.stride[0] * w.image[1], planes.width};
      const T* from = image.data() + pixels.first_pixel;
      T* to = filled.data() + (vertical * w.stride[1] + horizontal) * planes.plane() + pixels.first_row * planes.width +
              pixels.first_place;
      for (std::size_t c = 0; c < w.channels; ++c, from += w.image[0] * w.image[1], to += channel_size) {
        if (w.stride[1] == 1) {
          copy_rows<T>(rows, from, to);
        } else {
          pick_rows<T>(rows, w.stride[1], pixels.within, from, to);
        }
      }
    }
}

template <class T>
void read_phase(const ImagePlanes& planes, std::size_t vertical, std::size_t horizontal, std::span<const T> plane_rows,
                std::size_t pitch, std::span<T> image) {
  const ImageWindows& w = planes.windows;
  const Pixels pixels = pixels_of(w, vertical, horizontal);
  const Rows rows{pixels.rows, pixels.width, planes.width, w.stride[0] * w.image[1]};
  for (std::size_t channel = 0; channel < w.channels; ++channel) {
    const T* const from = plane_rows.data() + channel * pitch + pixels.first_place;
    T* const to = image.data() + channel * w.image[0] * w.image[1] + pixels.first_pixel;
    if (w.stride[1] == 1) {
      copy_rows<T>(rows, from, to);
    } else {
      place_rows<T>(rows, w.stride[1], pixels.within, from, to);
    }
  }
}

#define TACIT_INSTANTIATE(T)                                                                                 \
  template void fill_planes<T>(const ImagePlanes&, std::span<const T>, std::span<T>);                        \
  template void read_phase<T>(const ImagePlanes&, std::size_t, std::size_t, std::span<const T>, std::size_t, \
                              std::span<T>);
TACIT_INSTANTIATE(float)
TACIT_INSTANTIATE(double)
#undef TACIT_INSTANTIATE

}  // namespace tacit::models::kernels
