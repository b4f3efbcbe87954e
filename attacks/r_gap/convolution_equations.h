#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/r_gap/polyphase_image.h"

namespace tacit::attacks {

/// The equations of a convolution: with X the columns [channels * kernel, positions] of the image, W X = output and
/// k X^T = weight gradient, each divided by the root mean square of its right-hand side. Images are spread as
/// PolyphaseImage has it.
class ConvolutionEquations {
 public:
  using Matrix = PolyphaseImage::Matrix;
  using Vector = Eigen::VectorXd;
  /// `output` [outputs], `weight` and `weight_gradient` [channels out, channels * kernel], `output_gradient` k
  /// [outputs].
  ConvolutionEquations(const models::kernels::ImageWindows& windows, std::size_t outputs,
                       std::span<const double> weight, std::span<const double> weight_gradient,
                       std::span<const double> output, std::span<const double> output_gradient);

  const PolyphaseImage& image() const noexcept { return image_; }
  /// A^T b of all equations, and of those of the gradient alone.
  Vector right_hand_side(bool gradient_only = false);
  /// to = A^T A x.
  void normal_product(const Vector& x, Vector& to);
  /// |A x - b| / |b|.
  double residual(const Vector& x);
  /// Equations of the gradient that see one phase, for one channel of the image: [outputs * elements, pixels].
  Matrix gradient_block(const PolyphaseImage::Phase& phase) const;
  /// What the equations of W have on the diagonal of A^T A, on average over the channels of a pixel of this phase that
  /// all windows see.
  double weight_diagonal(const PolyphaseImage::Phase& phase) const;

 private:
  void product(const Vector& x);

  PolyphaseImage image_;
  Eigen::Index outputs_;
  double output_scale_, gradient_scale_;
  Matrix gradient_, output_;  ///< scaled
  // X' = left^T right with left = [W; change of the gradient], right = [change of the output; k], both sets at once.
  Matrix columns_, left_, right_;
};

/// W^T k, [channels, height, width]: the gradient of the layer's input.
std::vector<double> pulled_back(const models::kernels::ImageWindows& windows, std::size_t outputs,
                                std::span<const double> weight, std::span<const double> output_gradient);

}  // namespace tacit::attacks
