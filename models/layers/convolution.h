#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/aligned.h"
#include "models/kernels/convolution_terms.h"
#include "models/layer.h"

namespace tacit::models {

/// Two-dimensional convolution (as everywhere in deep learning: cross-correlation) of images [channels, height, width]:
///   y[o, p] = bias[o] + sum over c, k of weight[o, c, k] x[c, pixel k of the window at p],
/// zeros outside the image. With `groups` > 1, output channels and input channels are split into as many equal parts
/// and each part of the output sees its own part of the input. Parameters "weight" [outputs, channels / groups, kernel
/// height, kernel width] and, with a bias, "bias" [outputs], both uniform in [-r, r) at the start, r = 1/sqrt(inputs of
/// one output element) unless given: the customary rule of He et al. (ICCV 2015) with slope sqrt(5), as in Linear.
///
/// Every group of every example is a few linear combinations of rows of its padded image, or of the upstream gradient,
/// where they lie (kernels/convolution_terms.h), so the promise of kernels/linear_combinations.h holds: an example's
/// result does not depend on its batch, and gradients of the parameters are summed in the order of the examples.
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

  /// Of one group.
  const kernels::ImageWindows& windows() const noexcept { return windows_; }
  std::size_t groups() const noexcept { return options_.groups; }

 private:
  struct Scratch;
  struct Part;
  /// W and U of a product W^T U.
  struct Factors {
    std::span<const T> theta;
    const AlignedVector<T>* upstream = nullptr;
  };
  template <class Do>
  void for_each_example(std::size_t group, std::size_t count, const Do& run) const;
  template <class Element>
  std::span<Element> weight(std::size_t group, std::span<Element> theta) const;
  /// Empty without.
  template <class Element>
  std::span<Element> bias(std::size_t group, std::span<Element> theta) const;
  /// Outputs in rows as wide as a plane, into the scratch.
  void multiply(std::size_t group, std::span<const T> theta, const AlignedVector<T>& planes, bool with_bias, bool add,
                Scratch& scratch) const;
  void take_outputs(const Scratch& scratch, std::span<T> outputs) const;
  void transpose_upstream(std::span<const T> upstream, AlignedVector<T>& transposed) const;
  void widen_upstream(std::span<const T> upstream, AlignedVector<T>& wide) const;
  void add_weight_gradient(const AlignedVector<T>& planes, const AlignedVector<T>& transposed, bool add,
                           AlignedVector<T>& gradient) const;
  void add_bias_gradient(const AlignedVector<T>& transposed, bool add, const Scratch& scratch,
                         AlignedVector<T>& gradient) const;
  void take_gradient(std::size_t group, const AlignedVector<T>& gradient, std::span<T> theta) const;
  /// image = W^T U of the first factors, and of the second ones if there are any.
  void image_gradient(std::size_t group, const Factors& first, const Factors& second, Scratch& scratch,
                      std::span<T> image) const;

  kernels::ImageWindows windows_;  ///< of one group
  Options options_;
  std::vector<Shape> input_shapes_;
  Shape output_shape_;
  std::unique_ptr<const kernels::ConvolutionTerms> terms_;  ///< of one group
  double initial_range_;
};

}  // namespace tacit::models
