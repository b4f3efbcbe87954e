#include "attacks/snapshot/stacked_rounds.h"

#include <Eigen/Cholesky>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>
#include <limits>

namespace tacit::attacks {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// chi of one round over the combinations that inputs show, [D, unknowns].
MatrixXd rows_of(const SnapshotProblem& round, const ShownCombinations& shown) {
  const auto dimension = static_cast<Index>(round.equations.dimension);
  const Eigen::Map<const RowMatrix> chi(round.equations.chi.data(), static_cast<Index>(round.equations.parameters),
                                        dimension);
  const Eigen::Map<const RowMatrix> basis(shown.basis.data(), static_cast<Index>(shown.unknowns), dimension);
  return chi * basis.transpose();
}

VectorXd as_vector(const std::vector<double>& values) {
  return Eigen::Map<const VectorXd>(values.data(), static_cast<Index>(values.size()));
}

}  // namespace

StackedRounds::StackedRounds(const Problems& rounds, double tolerance)
    : rounds_(rounds), shown_(shown_combinations(rounds[0]->simulator, *rounds[0]->map, rounds[0]->range)) {
  const auto unknowns = static_cast<Index>(shown_.unknowns), count = static_cast<Index>(rounds.size());
  std::vector<MatrixXd> blocks;
  double squares = 0;
  for (const auto& round : rounds) {
    blocks.push_back(rows_of(*round, shown_));
    squares += blocks.back().squaredNorm();
    equations_ += round->equations.parameters;
  }
  // Columns of the gradients as long as those of chi are on average.
  const double length = std::sqrt(squares / static_cast<double>(unknowns));
  MatrixXd stacked = MatrixXd::Zero(std::max(static_cast<Index>(equations_), unknowns + count), unknowns + count);
  Index row = 0;
  for (Index r = 0; r < count; ++r) {
    const MatrixXd& block = blocks[static_cast<std::size_t>(r)];
    const SnapshotProblem& round = *rounds[static_cast<std::size_t>(r)];
    stacked.block(row, 0, block.rows(), unknowns) = block;
    stacked.block(row, unknowns + r, block.rows(), 1) = -length / round.norm * as_vector(round.gradient.values);
    row += block.rows();
  }
  const Eigen::BDCSVD<MatrixXd> svd(stacked, Eigen::ComputeThinV);
  const VectorXd& values = svd.singularValues();
  const Index last = values.size() - 1;
  while (nullity_ < static_cast<std::size_t>(last) &&
         values(last - static_cast<Index>(nullity_)) <= tolerance * values(0))
    ++nullity_;
  condition_ = values(0) / values(last - static_cast<Index>(nullity_));
  contradiction_ = values(last - 1) > 0 ? values(last) / values(last - 1) : 1;
  const VectorXd null = svd.matrixV().col(last);
  const Eigen::Map<const RowMatrix> basis(shown_.basis.data(), unknowns,
                                          static_cast<Index>(rounds[0]->equations.dimension));
  const VectorXd direction = basis.transpose() * null.head(unknowns);
  direction_.assign(direction.begin(), direction.end());
  for (Index r = 0; r < count; ++r)
    inverse_.push_back(null(unknowns + r) * length / rounds[static_cast<std::size_t>(r)]->norm);
}

std::vector<StackedRounds::Found> StackedRounds::snapshots(double target) const {
  // The round whose output the snapshot moves most gives the factor best.
  std::size_t best = 0;
  double along = 0;
  for (std::size_t r = 0; r < rounds_.size(); ++r) {
    const double product = as_vector(rounds_[r]->equations.output).dot(as_vector(direction_));
    if (std::abs(product) > std::abs(along)) best = r, along = product;
  }
  std::vector<Found> result;
  if (along == 0 || inverse_[best] == 0) return result;
  const SnapshotProblem& round = *rounds_[best];
  for (const OutputCandidate& candidate : round.candidates(along / inverse_[best], target)) {
    const double factor = (candidate.output - round.equations.constant) / along;
    if (std::abs(factor) < 1e-12) continue;
    Found found{direction_, {}};
    for (double& value : found.snapshot) value *= factor;
    MatrixXd normal = MatrixXd::Zero(static_cast<Index>(shown_.unknowns), static_cast<Index>(shown_.unknowns));
    for (std::size_t r = 0; r < rounds_.size(); ++r) {
      const MatrixXd rows = rows_of(*rounds_[r], shown_) / (factor * inverse_[r]);
      normal += rows.transpose() * rows;
    }
    normal.diagonal().array() += 1e-14 * normal.trace();
    const Eigen::LLT<MatrixXd> factors(normal);
    const std::size_t dimension = direction_.size();
    found.known.resolution.assign(dimension, 0);
    found.known.deviation.assign(dimension, std::numeric_limits<double>::infinity());
    for (std::size_t a = 0; a < dimension; ++a) {
      VectorXd row(static_cast<Index>(shown_.unknowns));
      for (std::size_t i = 0; i < shown_.unknowns; ++i) row(static_cast<Index>(i)) = shown_.basis[i * dimension + a];
      if (row.squaredNorm() == 0) continue;
      found.known.resolution[a] = 1;
      found.known.deviation[a] = std::sqrt(row.dot(factors.solve(row)));
    }
    result.push_back(std::move(found));
  }
  return result;
}

}  // namespace tacit::attacks
