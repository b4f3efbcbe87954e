#include "attacks/r_gap/phase_preconditioner.h"

#include <algorithm>

#include "attacks/r_gap/matrix_products.h"

namespace tacit::attacks {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Matrix = PolyphaseImage::Matrix;

/// Of the Gram matrix of equations, relative; singular values are its roots.
constexpr double rank_tolerance = 1e-12;
/// Least s kept, relative to the mean diagonal of the gradient's equations: the sum must stay safely positive.
constexpr double least_weight = 1e-6;

Matrix gram_of(const Matrix& equations) {
  const bool wide = equations.rows() < equations.cols();
  const Index order = std::min(equations.rows(), equations.cols());
  Matrix gram(order, order);
  if (wide)
    multiply_transposed_right(equations, equations, gram);
  else
    multiply_transposed_left(equations, equations, gram);
  return gram;
}

}  // namespace

PhasePreconditioner::PhasePreconditioner(const ConvolutionEquations& equations) : image_(equations.image()) {
  const auto channels = static_cast<Index>(image_.channels());
  std::vector<Eigen::VectorXd> pivots;
  double largest = 0;
  std::size_t pixels = 0;
  for (const PolyphaseImage::Phase& phase : image_.phases()) {
    pixels += phase.rows * phase.columns;
    if (phase.elements.empty() || phase.rows * phase.columns == 0) continue;
    Matrix block = equations.gradient_block(phase);
    const bool wide = block.rows() < block.cols();
    const Matrix gram = gram_of(block);
    pivots.push_back(Eigen::LDLT<MatrixXd>(gram).vectorD());
    largest = std::max(largest, pivots.back().maxCoeff());
    const double mean = gram.trace() / static_cast<double>(gram.rows());
    Part part{&phase, std::max(equations.weight_diagonal(phase), least_weight * mean), {}, {}, {}, {}, {}, {}, {}};
    part.pixels.resize(channels, block.cols());
    part.result.resize(channels, block.cols());
    MatrixXd sum = gram;
    sum.diagonal().array() += part.weight;
    const Eigen::LLT<MatrixXd> factor(sum);
    if (wide) {
      part.solved = factor.solve(block);
      part.seen.resize(channels, block.rows());
      part.equations = std::move(block);
      determines_ = false;
    } else {
      part.inverse = factor.solve(MatrixXd::Identity(gram.rows(), gram.cols()));
      part.gradient.compute(gram);
    }
    parts_.push_back(std::move(part));
  }
  for (const Eigen::VectorXd& each : pivots)
    rank_ += static_cast<std::size_t>((each.array() > rank_tolerance * largest).count());
  determines_ = determines_ && rank_ == pixels;
  rank_ *= image_.channels();
}

void PhasePreconditioner::read(Part& part, const Vector& from) const {
  const PolyphaseImage::Phase& phase = *part.phase;
  double* to = part.pixels.data();
  for (std::size_t c = 0; c < image_.channels(); ++c)
    for (std::size_t r = 0; r < phase.rows; ++r, to += phase.columns)
      std::copy_n(
          from.data() + phase.offset + c * image_.plane() + (phase.row + r) * image_.grid_width() + phase.column,
          phase.columns, to);
}

void PhasePreconditioner::write(const Part& part, Vector& to) const {
  const PolyphaseImage::Phase& phase = *part.phase;
  const double* from = part.result.data();
  for (std::size_t c = 0; c < image_.channels(); ++c)
    for (std::size_t r = 0; r < phase.rows; ++r, from += phase.columns)
      std::copy_n(from, phase.columns,
                  to.data() + phase.offset + c * image_.plane() + (phase.row + r) * image_.grid_width() + phase.column);
}

void PhasePreconditioner::apply(const Vector& from, Vector& to) {
  to.setZero();
  for (Part& part : parts_) {
    read(part, from);
    if (part.inverse.size() > 0) {
      multiply(part.pixels, part.inverse, part.result);
    } else {
      multiply_transposed_right(part.pixels, part.solved, part.seen);
      multiply(part.seen, part.equations, part.result);
      part.result = (part.pixels - part.result) / part.weight;
    }
    write(part, to);
  }
}

void PhasePreconditioner::solve_gradient(const Vector& from, Vector& to) {
  to.setZero();
  for (Part& part : parts_) {
    read(part, from);
    const MatrixXd solved = part.gradient.solve(MatrixXd(part.pixels.transpose()));
    part.result = solved.transpose();
    write(part, to);
  }
}

}  // namespace tacit::attacks
