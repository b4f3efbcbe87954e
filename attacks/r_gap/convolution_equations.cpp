#include "attacks/r_gap/convolution_equations.h"

#include <algorithm>
#include <cmath>

#include "attacks/r_gap/matrix_products.h"

namespace tacit::attacks {
namespace {

using Matrix = PolyphaseImage::Matrix;
using Eigen::Index;

Eigen::Map<const Matrix> view(std::span<const double> values, Index rows) {
  return {values.data(), rows, static_cast<Index>(values.size()) / rows};
}

double inverse_root_mean_square(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value * value;
  return sum > 0 ? std::sqrt(static_cast<double>(values.size()) / sum) : 1;
}

}  // namespace

ConvolutionEquations::ConvolutionEquations(const models::kernels::ImageWindows& windows, std::size_t outputs,
                                           std::span<const double> weight, std::span<const double> weight_gradient,
                                           std::span<const double> output, std::span<const double> output_gradient)
    : image_(windows),
      outputs_(static_cast<Index>(outputs)),
      output_scale_(inverse_root_mean_square(output)),
      gradient_scale_(inverse_root_mean_square(weight_gradient)),
      gradient_(gradient_scale_ * view(weight_gradient, outputs_)),
      output_(output_scale_ * image_.widened(output, outputs)),
      columns_(gradient_.cols(), static_cast<Index>(image_.wide_outputs())),
      left_(2 * outputs_, gradient_.cols()),
      right_(2 * outputs_, columns_.cols()) {
  left_.topRows(outputs_) = output_scale_ * view(weight, outputs_);
  right_.bottomRows(outputs_) = gradient_scale_ * image_.widened(output_gradient, outputs);
}

ConvolutionEquations::Vector ConvolutionEquations::right_hand_side(bool gradient_only) {
  left_.bottomRows(outputs_) = gradient_;
  right_.topRows(outputs_) = output_;
  if (gradient_only) right_.topRows(outputs_).setZero();
  multiply_transposed_left(left_, right_, columns_);
  Vector result(static_cast<Index>(image_.size()));
  image_.fold(columns_, result);
  return result;
}

void ConvolutionEquations::product(const Vector& x) {
  image_.columns_of(x, columns_);
  multiply(rows_of(left_, 0, outputs_), columns_, rows_of(right_, 0, outputs_));
  image_.clear_beyond_outputs(right_.topRows(outputs_));
  multiply_transposed_right(rows_of(right_, outputs_, outputs_), columns_, rows_of(left_, outputs_, outputs_));
}

void ConvolutionEquations::normal_product(const Vector& x, Vector& to) {
  product(x);
  multiply_transposed_left(left_, right_, columns_);
  image_.fold(columns_, to);
}

double ConvolutionEquations::residual(const Vector& x) {
  product(x);
  const double squares =
      (right_.topRows(outputs_) - output_).squaredNorm() + (left_.bottomRows(outputs_) - gradient_).squaredNorm();
  const double known = output_.squaredNorm() + gradient_.squaredNorm();
  return known > 0 ? std::sqrt(squares / known) : 0;
}

Matrix ConvolutionEquations::gradient_block(const PolyphaseImage::Phase& phase) const {
  const std::size_t width = image_.grid_width();
  Matrix block = Matrix::Zero(outputs_ * static_cast<Index>(phase.elements.size()),
                              static_cast<Index>(phase.rows * phase.columns));
  for (std::size_t e = 0; e < phase.elements.size(); ++e) {
    const std::size_t shift = image_.shift(phase.elements[e]);
    for (std::size_t r = 0; r < phase.rows; ++r)
      for (std::size_t q = 0; q < phase.columns; ++q) {
        const std::size_t place = (phase.row + r) * width + phase.column + q;
        // Underflow wraps to something outside the outputs.
        if (place - shift >= image_.wide_outputs()) continue;
        block.block(static_cast<Index>(e) * outputs_, static_cast<Index>(r * phase.columns + q), outputs_, 1) =
            right_.block(outputs_, static_cast<Index>(place - shift), outputs_, 1);
      }
  }
  return block;
}

double ConvolutionEquations::weight_diagonal(const PolyphaseImage::Phase& phase) const {
  const auto channels = static_cast<Index>(image_.channels()), elements = static_cast<Index>(image_.elements());
  double sum = 0;
  for (const std::size_t e : phase.elements)
    for (Index c = 0; c < channels; ++c)
      sum += left_.col(c * elements + static_cast<Index>(e)).head(outputs_).squaredNorm();
  return sum / static_cast<double>(channels);
}

std::vector<double> pulled_back(const models::kernels::ImageWindows& windows, std::size_t outputs,
                                std::span<const double> weight, std::span<const double> output_gradient) {
  const PolyphaseImage image(windows);
  Matrix columns(static_cast<Index>(weight.size() / outputs), static_cast<Index>(image.wide_outputs()));
  multiply_transposed_left(view(weight, static_cast<Index>(outputs)), image.widened(output_gradient, outputs), columns);
  Eigen::VectorXd spread(static_cast<Index>(image.size()));
  image.fold(columns, spread);
  return image.gathered(spread);
}

}  // namespace tacit::attacks
