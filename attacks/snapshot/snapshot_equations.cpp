#include "attacks/snapshot/snapshot_equations.h"

#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

using Matrix = Eigen::MatrixXd;
using Index = Eigen::Index;

constexpr std::size_t largest_sampled_span = 1500;
/// Of inputs that find out what a snapshot can be; the result hardly depends on them.
constexpr std::uint32_t span_stream = 0xffff'ffffu;

class InputSampler {
 public:
  InputSampler(SnapshotMap& map, const Bounds& range)
      : map_(map), range_(range), random_({0, Purpose::attack_restart, 0, span_stream}), x_(map.inputs()) {}
  void next(std::span<double> snapshot) {
    for (double& value : x_) value = random_.uniform(range_.low, range_.high);
    map_.evaluate(x_, snapshot, {});
  }

 private:
  SnapshotMap& map_;
  Bounds range_;
  RandomStream random_;
  std::vector<double> x_;
};

/// Strings that are not the identity and not zero for all of a few random inputs.
std::vector<std::size_t> moving_strings(const quantum_sim::LieSimulator& simulator, InputSampler& sampler) {
  std::vector<double> snapshot(simulator.dimension()), largest(simulator.dimension());
  for (int sample = 0; sample < 3; ++sample) {
    sampler.next(snapshot);
    for (std::size_t a = 0; a < snapshot.size(); ++a) largest[a] = std::max(largest[a], std::abs(snapshot[a]));
  }
  std::vector<std::size_t> kept;
  for (std::size_t a = 0; a < largest.size(); ++a)
    if (largest[a] > 1e-12 && !simulator.basis()[a].is_identity()) kept.push_back(a);
  return kept;
}

/// An orthonormal basis of what the kept strings' values can be together, [kept, r].
Matrix span_of(InputSampler& sampler, std::size_t dimension, const std::vector<std::size_t>& kept) {
  const std::size_t samples = kept.size() + 16;
  Matrix values(static_cast<Index>(kept.size()), static_cast<Index>(samples));
  std::vector<double> snapshot(dimension);
  for (std::size_t sample = 0; sample < samples; ++sample) {
    sampler.next(snapshot);
    for (std::size_t a = 0; a < kept.size(); ++a)
      values(static_cast<Index>(a), static_cast<Index>(sample)) = snapshot[kept[a]];
  }
  const Eigen::BDCSVD<Matrix> svd(values, Eigen::ComputeThinU);
  Index rank = 0;
  while (rank < svd.singularValues().size() && svd.singularValues()(rank) > 1e-9 * svd.singularValues()(0)) ++rank;
  return svd.matrixU().leftCols(rank);
}

Index rank_of(const Eigen::VectorXd& values, double tolerance) {
  Index rank = 0;
  while (rank < values.size() && values(rank) > tolerance * values(0) && values(rank) > 0) ++rank;
  return rank;
}

}  // namespace

std::vector<double> SnapshotEquations::coordinates(std::span<const double> gradient) const {
  std::vector<double> result(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    double sum = 0;
    for (std::size_t p = 0; p < parameters; ++p) sum += left[i * parameters + p] * gradient[p];
    result[i] = sum / singular_values[i];
  }
  return result;
}

std::vector<double> SnapshotEquations::scaled_snapshot(std::span<const double> coordinates) const {
  std::vector<double> result(dimension);
  for (std::size_t i = 0; i < rank; ++i)
    for (std::size_t a = 0; a < dimension; ++a) result[a] += coordinates[i] * directions[i * dimension + a];
  return result;
}

SnapshotEquations snapshot_equations(quantum_sim::LieSimulator& simulator, SnapshotMap& map,
                                     std::span<const double> theta, const Bounds& range, double tolerance) {
  SnapshotEquations result;
  result.parameters = theta.size();
  result.dimension = simulator.dimension();
  result.chi.resize(theta.size() * result.dimension);
  // Parameters behind the last that the observable sees are unknown to the simulator: their rows stay zero.
  const std::size_t seen = simulator.circuit().parameters();
  const double one = 1;
  simulator.gradient_rows(theta.first(seen), {}, std::span(&one, 1),
                          std::span(result.chi).first(seen * result.dimension));
  result.output.resize(result.dimension);
  const std::vector<double> nowhere(result.dimension);
  simulator.backward(theta.first(seen), {}, nowhere, 1, std::span(&one, 1), {}, {{}, {}, result.output});
  for (std::size_t a = 0; a < result.dimension; ++a)
    if (simulator.basis()[a].is_identity()) result.constant = result.output[a];

  InputSampler sampler(map, range);
  const std::vector<std::size_t> kept = moving_strings(simulator, sampler);
  Matrix rows(static_cast<Index>(theta.size()), static_cast<Index>(kept.size()));
  for (Index p = 0; p < rows.rows(); ++p)
    for (Index a = 0; a < rows.cols(); ++a)
      rows(p, a) = result.chi[static_cast<std::size_t>(p) * result.dimension + kept[static_cast<std::size_t>(a)]];
  if (rows.size() == 0 || !(rows.norm() > 0))
    fail(ErrorKind::configuration, "no component of the gradient depends on the inputs: there is nothing to recover");

  Matrix span = Matrix::Identity(rows.cols(), rows.cols());
  Eigen::BDCSVD<Matrix> svd(rows, Eigen::ComputeThinU | Eigen::ComputeThinV);
  if (rank_of(svd.singularValues(), tolerance) < rows.cols() && kept.size() <= largest_sampled_span) {
    span = span_of(sampler, result.dimension, kept);
    svd.compute(rows * span, Eigen::ComputeThinU | Eigen::ComputeThinV);
  }
  const Eigen::VectorXd& values = svd.singularValues();
  const Index rank = rank_of(values, tolerance);
  result.unknowns = static_cast<std::size_t>(span.cols());
  result.rank = static_cast<std::size_t>(rank);
  result.condition = values(0) / values(rank - 1);
  result.singular_values.assign(values.data(), values.data() + rank);
  const Matrix directions = span * svd.matrixV().leftCols(rank);
  result.directions.resize(result.rank * result.dimension);
  result.left.resize(result.rank * result.parameters);
  result.resolution.resize(result.dimension);
  result.deviation.assign(result.dimension, std::numeric_limits<double>::infinity());
  for (Index i = 0; i < rank; ++i) {
    const auto row = static_cast<std::size_t>(i);
    for (std::size_t p = 0; p < result.parameters; ++p)
      result.left[row * result.parameters + p] = svd.matrixU()(static_cast<Index>(p), i);
    for (std::size_t a = 0; a < kept.size(); ++a)
      result.directions[row * result.dimension + kept[a]] = directions(static_cast<Index>(a), i);
  }
  for (std::size_t a = 0; a < kept.size(); ++a) {
    const Eigen::RowVectorXd row = directions.row(static_cast<Index>(a));
    // Of what this string can be at all, so that combinations that no input shows do not count against it.
    const double possible = span.row(static_cast<Index>(a)).squaredNorm();
    result.resolution[kept[a]] = possible > 0 ? row.squaredNorm() / possible : 0;
    result.deviation[kept[a]] = std::sqrt(row.cwiseQuotient(values.head(rank).transpose()).squaredNorm());
  }
  return result;
}

ShownCombinations shown_combinations(const quantum_sim::LieSimulator& simulator, SnapshotMap& map,
                                     const Bounds& range) {
  InputSampler sampler(map, range);
  const std::vector<std::size_t> kept = moving_strings(simulator, sampler);
  const Matrix span = kept.size() <= largest_sampled_span
                          ? span_of(sampler, simulator.dimension(), kept)
                          : Matrix::Identity(static_cast<Index>(kept.size()), static_cast<Index>(kept.size()));
  ShownCombinations shown{static_cast<std::size_t>(span.cols()), {}};
  shown.basis.resize(shown.unknowns * simulator.dimension());
  for (std::size_t i = 0; i < shown.unknowns; ++i)
    for (std::size_t a = 0; a < kept.size(); ++a)
      shown.basis[i * simulator.dimension() + kept[a]] = span(static_cast<Index>(a), static_cast<Index>(i));
  return shown;
}

std::size_t chi_rank(std::span<const double> chi, std::size_t dimension, double tolerance) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> rows(chi.data(), static_cast<Index>(chi.size() / dimension),
                                    static_cast<Index>(dimension));
  return static_cast<std::size_t>(rank_of(Eigen::BDCSVD<Matrix>(rows).singularValues(), tolerance));
}

}  // namespace tacit::attacks
