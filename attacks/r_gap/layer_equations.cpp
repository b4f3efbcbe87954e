#include "attacks/r_gap/layer_equations.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "attacks/r_gap/conjugate_gradients.h"
#include "attacks/r_gap/convolution_equations.h"
#include "attacks/r_gap/phase_preconditioner.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using View = Eigen::Map<const Matrix>;

View view(std::span<const double> values, std::size_t rows) {
  return {values.data(), static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(values.size() / rows)};
}

LayerSolution solve_linear(const ChainStage& stage, const LayerKnowledge& known) {
  const View gradient = view(known.weight_gradient, stage.outputs);
  const View k = view(known.output_gradient, stage.outputs);
  const Eigen::VectorXd x = gradient.transpose() * k / k.squaredNorm();
  const double squares = gradient.squaredNorm();
  LayerSolution solution;
  solution.input.assign(x.begin(), x.end());
  // |gradient - k x^T|^2, as k x^T is the projection onto k; down to 1e-8, far below what float32 leaves.
  const double left_over = squares - k.squaredNorm() * x.squaredNorm();
  solution.residual = left_over > 0 ? std::sqrt(left_over / squares) : 0;
  solution.weight_equations = stage.outputs;
  solution.gradient_equations = stage.weight_size;
  solution.gradient_rank = stage.inputs;
  return solution;
}

/// Well below what float32 leaves of the equations.
constexpr double tolerance = 1e-10;

LayerSolution solve_convolution(const ChainStage& stage, const LayerKnowledge& known) {
  ConvolutionEquations equations(*stage.windows, stage.outputs / stage.windows->positions(), known.weight,
                                 known.weight_gradient, known.output, known.output_gradient);
  PhasePreconditioner preconditioner(equations);
  const Eigen::VectorXd b = equations.right_hand_side();
  Eigen::VectorXd start = Eigen::VectorXd::Zero(b.size());
  const bool enough = stage.outputs + stage.weight_size >= stage.inputs;
  if (preconditioner.gradient_determines()) preconditioner.solve_gradient(equations.right_hand_side(true), start);
  const ConjugateGradients found =
      conjugate_gradients([&](const Eigen::VectorXd& from, Eigen::VectorXd& to) { equations.normal_product(from, to); },
                          [&](const Eigen::VectorXd& from, Eigen::VectorXd& to) {
                            if (enough)
                              preconditioner.apply(from, to);
                            else
                              to = from;  // for the shortest
                          },
                          b, std::move(start), tolerance, 4 * stage.inputs);
  return {equations.image().gathered(found.x),
          equations.residual(found.x),
          stage.outputs,
          stage.weight_size,
          preconditioner.gradient_rank(),
          found.iterations};
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
    return pulled_back(*stage.windows, stage.outputs / stage.windows->positions(), weight, output_gradient);
  const Eigen::VectorXd x = view(weight, stage.outputs).transpose() * view(output_gradient, stage.outputs);
  return {x.begin(), x.end()};
}

}  // namespace tacit::attacks
