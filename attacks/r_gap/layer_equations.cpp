#include "attacks/r_gap/layer_equations.h"

#include <Eigen/Dense>
#include <cmath>

#include "attacks/r_gap/lsqr.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Matrix>;
using Windows = models::kernels::ImageWindows;

View view(std::span<const double> values, std::size_t rows) {
  return {values.data(), static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(values.size() / rows)};
}

/// Calls visit(pixel of the plane, element of the kernel, position) for all pixels that a window sees.
template <class Visit>
void for_each_sight(const Windows& windows, const Visit& visit) {
  const std::size_t down = windows.positions(0), across = windows.positions(1);
  for (std::size_t p = 0; p < down * across; ++p)
    for (std::size_t e = 0; e < windows.kernel[0] * windows.kernel[1]; ++e) {
      // Underflow wraps to something outside the image.
      const std::size_t row =
          p / across * windows.stride[0] + e / windows.kernel[1] * windows.dilation[0] - windows.padding[0];
      const std::size_t column =
          p % across * windows.stride[1] + e % windows.kernel[1] * windows.dilation[1] - windows.padding[1];
      if (row < windows.image[0] && column < windows.image[1]) visit(row * windows.image[1] + column, e, p);
    }
}

/// The equations of a convolution as a matrix in products: with X the columns [channels * kernel, positions] of the
/// image, W X = output and k X^T = weight gradient.
class ConvolutionEquations {
 public:
  ConvolutionEquations(const Windows& windows, const LayerKnowledge& known)
      : windows_(windows),
        kernel_(windows.kernel[0] * windows.kernel[1]),
        plane_(windows.image[0] * windows.image[1]),
        positions_(windows.positions()),
        outputs_(known.output.size() / positions_),
        weight_(view(known.weight, outputs_)),
        upstream_(view(known.output_gradient, outputs_)),
        columns_(static_cast<Eigen::Index>(windows.channels * kernel_), static_cast<Eigen::Index>(positions_)) {
    output_scale_ = inverse_root_mean_square(known.output);
    gradient_scale_ = inverse_root_mean_square(known.weight_gradient);
  }

  std::vector<double> right_hand_side(const LayerKnowledge& known) const {
    std::vector<double> b;
    for (const double value : known.output) b.push_back(output_scale_ * value);
    for (const double value : known.weight_gradient) b.push_back(gradient_scale_ * value);
    return b;
  }

  void multiply(std::span<const double> x, std::span<double> y) {
    columns_.setZero();
    for_each_sight(windows_, [&](std::size_t pixel, std::size_t e, std::size_t p) {
      for (std::size_t c = 0; c < windows_.channels; ++c) column(c, e, p) = x[c * plane_ + pixel];
    });
    Eigen::Map<Matrix>(y.data(), weight_.rows(), columns_.cols()).noalias() = output_scale_ * (weight_ * columns_);
    Eigen::Map<Matrix>(y.data() + outputs_ * positions_, weight_.rows(), weight_.cols()).noalias() =
        gradient_scale_ * (upstream_ * columns_.transpose());
  }

  void multiply_transposed(std::span<const double> y, std::span<double> x) {
    columns_.noalias() = output_scale_ * (weight_.transpose() * view(y.first(outputs_ * positions_), outputs_));
    columns_.noalias() += gradient_scale_ * (view(y.subspan(outputs_ * positions_), outputs_).transpose() * upstream_);
    fold(x);
  }

  /// W^T k.
  std::vector<double> pulled_back() {
    std::vector<double> x(windows_.channels * plane_);
    columns_.noalias() = weight_.transpose() * upstream_;
    fold(x);
    return x;
  }

  /// Rank of the gradient equations, which fall apart into equal ones for each channel of the image.
  std::size_t gradient_rank() const {
    Eigen::MatrixXd block =
        Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(outputs_ * kernel_), static_cast<Eigen::Index>(plane_));
    for_each_sight(windows_, [&](std::size_t pixel, std::size_t e, std::size_t p) {
      for (std::size_t o = 0; o < outputs_; ++o)
        block(static_cast<Eigen::Index>(o * kernel_ + e), static_cast<Eigen::Index>(pixel)) +=
            upstream_(static_cast<Eigen::Index>(o), static_cast<Eigen::Index>(p));
    });
    Eigen::ColPivHouseholderQR<Eigen::MatrixXd> factors(block);
    factors.setThreshold(1e-6);  // updates travel in float32
    return windows_.channels * static_cast<std::size_t>(factors.rank());
  }

 private:
  static double inverse_root_mean_square(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value * value;
    return sum > 0 ? std::sqrt(static_cast<double>(values.size()) / sum) : 1;
  }
  double& column(std::size_t c, std::size_t e, std::size_t p) {
    return columns_(static_cast<Eigen::Index>(c * kernel_ + e), static_cast<Eigen::Index>(p));
  }
  /// Adds up the columns into the pixels that they show.
  void fold(std::span<double> x) {
    std::fill(x.begin(), x.end(), 0.0);
    for_each_sight(windows_, [&](std::size_t pixel, std::size_t e, std::size_t p) {
      for (std::size_t c = 0; c < windows_.channels; ++c) x[c * plane_ + pixel] += column(c, e, p);
    });
  }

  const Windows& windows_;
  std::size_t kernel_, plane_, positions_, outputs_;
  View weight_, upstream_;
  Matrix columns_;
  double output_scale_ = 1, gradient_scale_ = 1;
};

LayerSolution solve_linear(const ChainStage& stage, const LayerKnowledge& known) {
  const View gradient = view(known.weight_gradient, stage.outputs);
  const View k = view(known.output_gradient, stage.outputs);
  const Eigen::VectorXd x = gradient.transpose() * k / k.squaredNorm();
  const double size = gradient.norm();
  LayerSolution solution;
  solution.input.assign(x.begin(), x.end());
  solution.residual = size > 0 ? (gradient - k * x.transpose()).norm() / size : 0;
  solution.weight_equations = stage.outputs;
  solution.gradient_equations = stage.weight_size;
  solution.gradient_rank = stage.inputs;
  return solution;
}

LayerSolution solve_convolution(const ChainStage& stage, const LayerKnowledge& known) {
  ConvolutionEquations equations(*stage.windows, known);
  const LinearOperator matrix{
      stage.outputs + stage.weight_size, stage.inputs,
      [&](std::span<const double> x, std::span<double> y) { equations.multiply(x, y); },
      [&](std::span<const double> y, std::span<double> x) { equations.multiply_transposed(y, x); }};
  LeastSquares found = lsqr(matrix, equations.right_hand_side(known), 1e-12, 4 * stage.inputs);
  return {std::move(found.x),        found.residual,  stage.outputs, stage.weight_size,
          equations.gradient_rank(), found.iterations};
}

}  // namespace

LayerSolution solve_layer(const ChainStage& stage, const LayerKnowledge& known) {
  if (std::all_of(known.output_gradient.begin(), known.output_gradient.end(), [](double k) { return k == 0; }))
    fail(ErrorKind::data, "the gradient of the outputs of layer '{}' is zero: there is nothing to solve for",
         stage.name);
  return stage.windows ? solve_convolution(stage, known) : solve_linear(stage, known);
}

std::vector<double> input_gradient(const ChainStage& stage, std::span<const double> weight,
                                   std::span<const double> output_gradient) {
  if (stage.windows)
    return ConvolutionEquations(*stage.windows, {weight, {}, output_gradient, output_gradient}).pulled_back();
  const Eigen::VectorXd x = view(weight, stage.outputs).transpose() * view(output_gradient, stage.outputs);
  return {x.begin(), x.end()};
}

}  // namespace tacit::attacks
