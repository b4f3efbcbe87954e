#pragma once

#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// The inputs behind each other along their first axis (channels, or the elements of flat values), in the order given:
/// [a, h, w] and [b, h, w] become [a + b, h, w].
template <class T>
class Concatenation final : public Layer<T> {
 public:
  /// Throws Error(usage) unless there are two inputs at least, whose shapes differ in the first axis alone.
  explicit Concatenation(std::vector<Shape> shapes);
  std::string_view type() const noexcept override { return "concatenate"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  /// Empty parts are zero.
  void join(std::size_t count, std::span<const std::span<const T>> parts, std::span<T> whole) const;
  /// Empty parts are not wanted.
  void split(std::size_t count, std::span<const T> whole, std::span<const std::span<T>> parts) const;

  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  std::vector<std::size_t> sizes_;  ///< of one example of each input
};

}  // namespace tacit::models
