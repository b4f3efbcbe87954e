#pragma once

#include <cstddef>
#include <span>

#include "models/kernels/image_windows.h"

namespace tacit::models::kernels {

/// How padded images lie for products: every channel is split by the places of its pixels modulo the stride into
/// stride[0] stride[1] planes. What one element of the kernel sees at all output positions is then one stretch of one
/// plane, shifted against the others by a constant, if output positions are numbered in rows as wide as a plane: the
/// columns beyond the last position of a row are computed too, and ignored.
struct ImagePlanes {
  explicit ImagePlanes(const ImageWindows& windows);

  ImageWindows windows;
  std::size_t height, width;  ///< of a plane
  std::size_t plane() const { return height * width; }
  std::size_t planes_of_channel() const { return windows.stride[0] * windows.stride[1]; }
  std::size_t size() const { return windows.channels * planes_of_channel() * plane(); }
  /// Where the windows' element (ky, kx) of channel c lies for the position (0, 0).
  std::size_t place(std::size_t channel, std::size_t ky, std::size_t kx) const;
  /// The same within its plane.
  std::size_t shift(std::size_t ky, std::size_t kx) const;
  /// Positions in rows as wide as a plane, without the columns beyond the last one.
  std::size_t wide_positions() const { return (windows.positions(0) - 1) * width + windows.positions(1); }
  /// Rows of the planes of vertical phase `phase` that have pixels of the image: [begin, end).
  Inside pixel_rows(std::size_t phase) const;
};

/// Writes an image's pixels into its planes, which are zero elsewhere.
template <class T>
void fill_planes(const ImagePlanes& planes, std::span<const T> image, std::span<T> filled);

/// Reads the pixels of one phase back: `rows` holds, `pitch` apart for each channel, the plane's rows from
/// pixel_rows().begin on.
template <class T>
void read_phase(const ImagePlanes& planes, std::size_t vertical, std::size_t horizontal, std::span<const T> rows,
                std::size_t pitch, std::span<T> image);

}  // namespace tacit::models::kernels
