#pragma once

#include <array>
#include <cstddef>

namespace tacit::models::kernels {

/// How a window moves over the planes of an image [channels, height, width]; every pair is (vertical, horizontal).
/// Output position o of an axis sees the input positions o * stride - padding + k * dilation, k = 0 ... kernel - 1, of
/// which those outside the image are zeros (convolution) or left out (pooling).
struct ImageWindows {
  std::size_t channels = 0;
  std::array<std::size_t, 2> image{}, kernel{1, 1}, stride{1, 1}, padding{0, 0}, dilation{1, 1};

  /// Throws Error(usage) naming the extent that is zero or out of range, and if the window is larger than the padded
  /// image.
  void check() const;
  /// Positions along an axis: floor((image + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.
  std::size_t positions(std::size_t axis) const;
  std::size_t positions() const { return positions(0) * positions(1); }
  std::size_t image_size() const { return channels * image[0] * image[1]; }
  /// Elements that all windows see together: [channels, kernel height, kernel width] at every position.
  std::size_t columns_size() const { return channels * kernel[0] * kernel[1] * positions(); }
};

/// The output positions [begin, end) of an axis at which one kernel element lies in the image.
struct Inside {
  std::size_t begin = 0, end = 0;
};
/// For the kernel element `k` of an axis.
Inside inside_image(const ImageWindows& windows, std::size_t axis, std::size_t k);

}  // namespace tacit::models::kernels
