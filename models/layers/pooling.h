#pragma once

#include <optional>
#include <vector>

#include "models/kernels/image_windows.h"
#include "models/kernels/pooling_of_four.h"
#include "models/layer.h"

namespace tacit::models {

/// What both poolings of images [channels, height, width] have in common: every channel is pooled for itself, over the
/// pixels of a window that lie inside the image.
template <class T>
class PoolingLayer : public Layer<T> {
 public:
  /// Throws Error(usage) if a window does not fit, or could lie outside the image altogether.
  explicit PoolingLayer(const kernels::ImageWindows& windows);
  const std::vector<Shape>& input_shapes() const noexcept final { return input_shapes_; }
  const Shape& output_shape() const noexcept final { return output_shape_; }
  const kernels::ImageWindows& windows() const noexcept { return windows_; }

 protected:
  /// Calls visit(output element, pixels of its window) with the pixels as indices of elements of the whole batch, in
  /// the order of the outputs.
  template <class Visit>
  void for_each_window(std::size_t count, const Visit& visit) const;
  /// The planes of a batch if the windows are squares of 2 x 2 side by side, for which there are kernels.
  std::optional<kernels::PlanesOfSquares> squares(std::size_t count) const;
  /// Rows and columns that a window sees.
  struct Pixels {
    std::size_t first = 0;              ///< index of the first pixel
    std::size_t rows = 0, columns = 0;  ///< how many are inside
    std::size_t down = 1, across = 1;   ///< steps between them
    std::size_t count() const { return rows * columns; }
    std::size_t at(std::size_t row, std::size_t column) const { return first + row * down + column * across; }
  };

 private:
  struct Span {
    std::size_t first, count;
  };
  std::vector<Span> spans_of(std::size_t axis) const;

  kernels::ImageWindows windows_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  std::vector<Span> rows_, columns_;  ///< of every output row and column
};

/// The largest pixel of every window, the first one among equals; a NaN in the window comes through. The derivative
/// follows that pixel, the second derivative is 0 wherever it exists.
template <class T>
class MaxPooling final : public PoolingLayer<T> {
 public:
  using PoolingLayer<T>::PoolingLayer;
  std::string_view type() const noexcept override { return "max_pool"; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  void choose(std::size_t count, std::span<const T> x, std::span<const T> values, std::span<T> outputs) const;
  void route_back(std::size_t count, std::span<const T> x, std::span<const T> upstream, std::span<T> gradient) const;
};

/// The mean of the pixels of every window; padding does not count. A window as large as the image is the customary
/// global average pooling.
template <class T>
class AveragePooling final : public PoolingLayer<T> {
 public:
  using PoolingLayer<T>::PoolingLayer;
  std::string_view type() const noexcept override { return "average_pool"; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  void average(std::size_t count, std::span<const T> x, std::span<T> means) const;
  void spread(std::size_t count, std::span<const T> upstream, std::span<T> gradient) const;
};

}  // namespace tacit::models
