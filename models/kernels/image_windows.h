#pragma once

#include <array>
#include <cstddef>
#include <span>

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
  /// Every window is one element, in the order of the image: the columns are the image itself.
  bool is_identity() const;

  // The padded image: zeros around it, and in each row the pixels sorted by their place modulo the horizontal stride,
  // so that what one element of the kernel sees along a row of positions lies together.
  std::size_t padded_rows() const { return image[0] + 2 * padding[0]; }
  std::size_t pixels_of_phase() const { return (image[1] + 2 * padding[1] + stride[1] - 1) / stride[1]; }
  std::size_t padded_row_size() const { return stride[1] * pixels_of_phase(); }
  std::size_t padded_size() const { return channels * padded_rows() * padded_row_size(); }
  /// Padding changes nothing: the padded image is the image itself.
  bool is_padded_already() const { return padding[0] == 0 && padding[1] == 0 && stride[1] == 1; }
};

/// The output positions [begin, end) of an axis at which one kernel element lies in the image.
struct Inside {
  std::size_t begin = 0, end = 0;
};
/// For the kernel element `k` of an axis.
Inside inside_image(const ImageWindows& windows, std::size_t axis, std::size_t k);

/// Writes the pixels into a padded image that is zero elsewhere.
template <class T>
void pad_image(const ImageWindows& windows, std::span<const T> image, std::span<T> padded);
/// Reads them back.
template <class T>
void crop_image(const ImageWindows& windows, std::span<const T> padded, std::span<T> image);

/// columns[c, kernel row, kernel column, position] = what the windows see of the padded image.
template <class T>
void gather_columns(const ImageWindows& windows, std::span<const T> padded, std::span<T> columns);

/// The transpose of gather_columns, added to the padded image in the order of the columns.
template <class T>
void add_columns(const ImageWindows& windows, std::span<const T> columns, std::span<T> padded);

}  // namespace tacit::models::kernels
