#pragma once

#include <optional>
#include <vector>

#include "models/kernels/image_windows.h"
#include "models/kernels/matrix_multiply.h"
#include "models/layer.h"

namespace tacit::models {

/// Two-dimensional convolution (as everywhere in deep learning: cross-correlation) of images [channels, height, width]:
///   y[o, p] = bias[o] + sum over c, k of weight[o, c, k] x[c, pixel k of the window at p],
/// zeros outside the image. With `groups` > 1, output channels and input channels are split into as many equal parts
/// and each part of the output sees its own part of the input. Parameters "weight" [outputs, channels / groups, kernel
/// height, kernel width] and, with a bias, "bias" [outputs], both uniform in [-r, r) at the start, r = 1/sqrt(inputs of
/// one output element) unless given: the customary rule of He et al. (ICCV 2015) with slope sqrt(5), as in Linear.
///
/// Every example is unrolled into columns (Chellapilla et al., IWFHR 2006) and multiplied by the products of
/// kernels/matrix_multiply.h, so their promise holds: an example's result does not depend on its batch, and gradients
/// of the parameters are summed in the order of the examples.
template <class T>
class Convolution final : public Layer<T> {
 public:
  struct Options {
    std::size_t outputs = 0, groups = 1;
    bool bias = true;
    std::optional<double> initial_range{};
  };
  /// `windows` describes the whole image and the kernel. Throws Error(usage) if a window does not fit, a size or the
  /// initial range is not positive, or groups do not divide the channels and the outputs.
  Convolution(const kernels::ImageWindows& windows, const Options& options);
  std::string_view type() const noexcept override { return "conv2d"; }
  const std::vector<Shape>& input_shapes() const noexcept override { return input_shapes_; }
  const Shape& output_shape() const noexcept override { return output_shape_; }
  std::vector<ParameterSchema::Declaration> parameters() const override;
  void initialise(RandomStream& stream, std::span<T> theta) const override;
  std::unique_ptr<LayerScratch> make_scratch() const override;
  void forward(const ForwardPass<T>& pass) const override;
  void forward_tangent(const ForwardTangentPass<T>& pass) const override;
  void backward(const BackwardPass<T>& pass) const override;
  void backward_tangent(const BackwardTangentPass<T>& pass) const override;

 private:
  struct Scratch;
  /// One group of one example: what a product takes at a time.
  struct Part;
  template <class Do>
  void for_each_part(std::size_t count, const Do& run) const;
  /// What the windows of a part see of x: [depth, positions].
  std::span<const T> columns(const Part& part, std::span<const T> x, Scratch& scratch) const;
  /// Writes the bias into every position, if there is one; says how products are to be stored there.
  kernels::Store fill_bias(std::size_t count, std::span<const T> theta, Scratch& scratch, std::span<T> outputs) const;
  void add_bias_gradient(std::size_t count, std::span<const T> upstream, Scratch& scratch, std::span<T> theta) const;
  /// gradient += upstream seen^T, for the weights of a part.
  void add_weight_gradient(const Part& part, std::span<const T> upstream, std::span<const T> seen,
                           std::span<T> gradient) const;
  /// image gradient of a part = transposed windows of the gradient columns in the scratch.
  void fold_columns(const Part& part, Scratch& scratch, std::span<T> image) const;
  template <class Element>
  std::span<Element> weight(const Part& part, std::span<Element> theta) const;
  template <class Element>
  std::span<Element> bias(std::span<Element> theta) const {
    return theta.subspan(options_.outputs * depth_);
  }

  kernels::ImageWindows windows_;  ///< of one group
  Options options_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  std::size_t depth_, positions_;
  double initial_range_;
};

}  // namespace tacit::models
