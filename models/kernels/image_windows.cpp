#include "models/kernels/image_windows.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::models::kernels {

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
  const double size =
      std::max(product(channels, kernel[0], kernel[1], positions(0), positions(1)),
               product(channels, image[0] + 2 * padding[0] + stride[0], image[1] + 2 * padding[1] + stride[1]));
  if (size > most)
    fail(ErrorKind::usage, "the windows of one padded image hold {:.3g} elements, expected {:.3g} at most", size, most);
}

std::size_t ImageWindows::positions(std::size_t axis) const {
  return (image[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
}

Inside inside_image(const ImageWindows& w, std::size_t axis, std::size_t k) {
  // o * stride + k * dilation - padding in [0, image)
  const std::size_t shift = k * w.dilation[axis], stride = w.stride[axis], padding = w.padding[axis];
  const std::size_t begin = shift >= padding ? 0 : (padding - shift + stride - 1) / stride;
  const std::size_t limit = w.image[axis] + padding;
  const std::size_t end = shift >= limit ? 0 : std::min(w.positions(axis), (limit - shift - 1) / stride + 1);
  return {std::min(begin, end), end};
}

}  // namespace tacit::models::kernels
