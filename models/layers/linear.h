#pragma once

#include <optional>
#include <vector>

#include "models/layer.h"

namespace tacit::models {

/// Y = X W^T + b with W of shape [outputs, inputs]; any input shape is taken as flat. Parameters "weight" [outputs,
/// inputs] and, with a bias, "bias" [outputs]. Both start uniform in [-r, r), r = 1/sqrt(inputs) unless given: the
/// customary rule of He et al. (ICCV 2015) with slope sqrt(5).
template <class T>
class Linear final : public Layer<T> {
 public:
  /// Throws Error(usage) if a size or the initial range is not positive.
  Linear(Shape input_shape, std::size_t outputs, bool bias = true, std::optional<double> initial_range = {});
  std::string_view type() const noexcept override { return "linear"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;
  bool takes_lanes() const override { return true; }

 private:
  /// out = x W^T + b, with the parts of `theta`.
  void affine(std::size_t count, std::span<const T> theta, std::span<const T> x, std::span<T> out) const;
  template <class Element>
  std::span<Element> weight(std::span<Element> theta) const {
    return theta.first(inputs_ * outputs_);
  }
  template <class Element>
  std::span<Element> bias(std::span<Element> theta) const {
    return theta.subspan(inputs_ * outputs_);
  }

  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  std::size_t inputs_, outputs_;
  bool has_bias_;
  double initial_range_;
};

}  // namespace tacit::models
