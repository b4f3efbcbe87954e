#include "attacks/snapshot/snapshot_matching.h"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>

namespace tacit::attacks {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstRows = Eigen::Map<const RowMatrix>;
using ConstVector = Eigen::Map<const Eigen::VectorXd>;
using Eigen::Index;

SnapshotMatching::SnapshotMatching(const SnapshotEquations& equations, SnapshotMap& map, const OutputLoss& loss,
                                   std::size_t count)
    : equations_(equations),
      map_(map),
      loss_(loss),
      count_(count),
      snapshot_(map.dimension()),
      slopes_(map.dimension() * map.inputs()),
      residual_(equations.rank),
      jacobian_(equations.rank * count * map.inputs()) {}

double SnapshotMatching::residuals(std::span<const double> coordinates, std::span<const double> targets,
                                   std::span<const double> inputs, Weights weights, bool slopes) {
  const auto rank = static_cast<Index>(equations_.rank), dimension = static_cast<Index>(map_.dimension());
  const auto features = static_cast<Index>(map_.inputs()), variables = static_cast<Index>(count_) * features;
  const ConstRows directions(equations_.directions.data(), rank, dimension);
  const ConstVector output(equations_.output.data(), dimension);
  Eigen::Map<Eigen::VectorXd> residual(residual_.data(), rank);
  Eigen::Map<RowMatrix> jacobian(jacobian_.data(), rank, variables);
  residual = ConstVector(coordinates.data(), rank);
  const double share = 1 / static_cast<double>(count_);
  for (std::size_t b = 0; b < count_; ++b) {
    map_.evaluate(inputs.subspan(b * map_.inputs(), map_.inputs()), snapshot_,
                  slopes ? std::span<double>(slopes_) : std::span<double>());
    const ConstVector snapshot(snapshot_.data(), dimension);
    const double y = output.dot(snapshot), factor = loss_.factor(y, targets[b]);
    const Eigen::VectorXd seen = directions * snapshot;
    residual -= share * factor * seen;
    if (!slopes) continue;
    const ConstRows moved(slopes_.data(), dimension, features);
    const Eigen::RowVectorXd factor_slope = loss_.factor_slope(y, targets[b]) * (output.transpose() * moved);
    jacobian.middleCols(static_cast<Index>(b) * features, features) =
        -share * (factor * (directions * moved) + seen * factor_slope);
  }
  if (weights == Weights::gradient) {
    const ConstVector singular(equations_.singular_values.data(), rank);
    residual.array() *= singular.array();
    if (slopes) jacobian.array().colwise() *= singular.array();
  }
  return residual.squaredNorm();
}

SnapshotMatching::Fit SnapshotMatching::minimise(std::span<const double> coordinates, std::span<const double> targets,
                                                 std::span<const double> start, Weights weights, std::size_t iterations,
                                                 const std::optional<Bounds>& range) {
  const auto rank = static_cast<Index>(equations_.rank), variables = static_cast<Index>(start.size());
  Fit fit{{start.begin(), start.end()}, 0, 0, 0};
  const auto inside = [&](std::vector<double>& x) {
    if (range)
      for (double& value : x) value = std::clamp(value, range->low, range->high);
  };
  inside(fit.inputs);
  double damping = 1e-3;
  fit.squares = residuals(coordinates, targets, fit.inputs, weights, true);
  ++fit.evaluations;
  while (fit.iterations < iterations && std::isfinite(fit.squares)) {
    ++fit.iterations;
    Eigen::Map<RowMatrix> jacobian(jacobian_.data(), rank, variables);
    Eigen::VectorXd slope = jacobian.transpose() * ConstVector(residual_.data(), rank);
    for (Index i = 0; i < variables && range; ++i) {
      const double x = fit.inputs[static_cast<std::size_t>(i)];
      if ((x <= range->low && slope(i) > 0) || (x >= range->high && slope(i) < 0)) {  // descent would leave the range
        jacobian.col(i).setZero();
        slope(i) = 0;
      }
    }
    const Eigen::MatrixXd normal = jacobian.transpose() * jacobian;
    bool better = false;
    double change = 0, before = fit.squares;
    for (int attempt = 0; attempt < 10 && !better; ++attempt) {
      Eigen::MatrixXd damped = normal;
      damped.diagonal() += damping * normal.diagonal() + Eigen::VectorXd::Constant(variables, 1e-14 * normal.trace());
      const Eigen::VectorXd step = damped.ldlt().solve(-slope);
      std::vector<double> trial = fit.inputs;
      for (Index i = 0; i < variables; ++i) trial[static_cast<std::size_t>(i)] += step(i);
      inside(trial);
      const double squares = step.allFinite() ? residuals(coordinates, targets, trial, weights, false) : before;
      ++fit.evaluations;
      better = squares < fit.squares;
      damping = better ? std::max(damping * 0.2, 1e-12) : damping * 8;
      if (!better) continue;
      change = step.cwiseAbs().maxCoeff();
      fit.inputs = std::move(trial);
      fit.squares = squares;
    }
    if (!better || change < 1e-13 || fit.squares >= before * (1 - 1e-12)) break;
    fit.squares = residuals(coordinates, targets, fit.inputs, weights, true);
    ++fit.evaluations;
  }
  return fit;
}

std::vector<double> SnapshotMatching::gradient(std::span<const double> inputs, std::span<const double> targets) {
  const auto dimension = static_cast<Index>(map_.dimension());
  Eigen::VectorXd mixed = Eigen::VectorXd::Zero(dimension);
  const ConstVector output(equations_.output.data(), dimension);
  for (std::size_t b = 0; b < count_; ++b) {
    map_.evaluate(inputs.subspan(b * map_.inputs(), map_.inputs()), snapshot_, {});
    const ConstVector snapshot(snapshot_.data(), dimension);
    mixed += loss_.factor(output.dot(snapshot), targets[b]) / static_cast<double>(count_) * snapshot;
  }
  std::vector<double> result(equations_.parameters);
  Eigen::Map<Eigen::VectorXd>(result.data(), static_cast<Index>(result.size())) =
      ConstRows(equations_.chi.data(), static_cast<Index>(equations_.parameters), dimension) * mixed;
  return result;
}

}  // namespace tacit::attacks
