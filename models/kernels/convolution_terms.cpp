#include "models/kernels/convolution_terms.h"

#include <numeric>

namespace tacit::models::kernels {

namespace {

/// Calls visit(first element, how many) for the elements of a row of the kernel that see one horizontal phase.
template <class Visit>
void for_each_stretch(const ImageWindows& w, std::size_t step, const Visit& visit) {
  for (std::size_t first = 0; first < std::min(step, w.kernel[1]); ++first)
    visit(first, (w.kernel[1] - first + step - 1) / step);
}

}  // namespace

ConvolutionTerms::ConvolutionTerms(const ImageWindows& windows, std::size_t all_outputs)
    : planes(windows),
      outputs(all_outputs),
      depth(windows.channels * windows.kernel[0] * windows.kernel[1]),
      tap_step(static_cast<std::ptrdiff_t>(windows.stride[1] / std::gcd(windows.stride[1], windows.dilation[1]))),
      place_step(tap_step * static_cast<std::ptrdiff_t>(windows.dilation[1]) /
                 static_cast<std::ptrdiff_t>(windows.stride[1])) {
  const auto [height, width] = windows.kernel;
  const auto step = static_cast<std::size_t>(tap_step);
  for (std::size_t c = 0; c < windows.channels; ++c)
    for (std::size_t ky = 0; ky < height; ++ky) {
      for_each_stretch(windows, step, [&](std::size_t kx, std::size_t count) {
        forward.push_back({(c * height + ky) * width + kx, planes.place(c, ky, kx), count});
      });
      for (std::size_t kx = 0; kx < width; ++kx) places.push_back(planes.place(c, ky, kx));
    }

  for (std::size_t y = 0; y < windows.positions(0); ++y)
    weight_gradient.push_back({y * planes.width, y * windows.positions(1) * transposed_width(), windows.positions(1)});

  for (std::size_t vertical = 0; vertical < windows.stride[0]; ++vertical)
    for (std::size_t horizontal = 0; horizontal < windows.stride[1]; ++horizontal) {
      Phase phase{vertical, horizontal, planes.pixel_rows(vertical), {}};
      for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t ky = 0; ky < height; ++ky) {
          if (ky * windows.dilation[0] % windows.stride[0] != vertical) continue;
          for_each_stretch(windows, step, [&](std::size_t kx, std::size_t count) {
            if (kx * windows.dilation[1] % windows.stride[1] != horizontal) return;
            phase.terms.push_back(
                {o * depth + ky * width + kx, margin() + o * planes.plane() - planes.shift(ky, kx), count});
          });
        }
      phases.push_back(std::move(phase));
    }
}

}  // namespace tacit::models::kernels
