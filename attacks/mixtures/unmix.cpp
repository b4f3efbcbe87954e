#include "attacks/mixtures/unmix.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "core/error.h"

namespace tacit::attacks {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr int steps_in_turn = 3;

/// At least the largest eigenvalue of a symmetric matrix (Gershgorin): its inverse is a step that never overshoots.
double largest_eigenvalue_bound(const MatrixXd& gram) {
  return std::max(gram.cwiseAbs().rowwise().sum().maxCoeff(), 1e-300);
}

/// Each row onto the nearest point of the simplex (Duchi et al., ICML 2008, Figure 1).
void project_onto_simplex(MatrixXd& rows) {
  std::vector<double> sorted(static_cast<std::size_t>(rows.cols()));
  for (Index r = 0; r < rows.rows(); ++r) {
    for (Index i = 0; i < rows.cols(); ++i) sorted[static_cast<std::size_t>(i)] = rows(r, i);
    std::ranges::sort(sorted, std::greater<>());
    double sum = 0, shift = 0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      sum += sorted[i];
      const double candidate = (sum - 1) / static_cast<double>(i + 1);
      if (sorted[i] > candidate) shift = candidate;
    }
    for (Index i = 0; i < rows.cols(); ++i) rows(r, i) = std::max(rows(r, i) - shift, 0.0);
  }
}

MatrixXd starting_examples(const MatrixXd& mixtures, Index n, const Bounds& bounds, RandomStream& random) {
  constexpr double stretch = 1.5;
  std::vector<std::size_t> order(static_cast<std::size_t>(mixtures.rows()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  random.shuffle(std::span(order));
  const Eigen::RowVectorXd mean = mixtures.colwise().mean();
  MatrixXd examples(n, mixtures.cols());
  for (Index i = 0; i < n; ++i) {
    examples.row(i) = mean + stretch * (mixtures.row(static_cast<Index>(order[static_cast<std::size_t>(i)])) - mean);
    for (Index j = 0; j < examples.cols(); ++j) examples(i, j) += 0.05 * bounds.width() * random.uniform(-1, 1);
  }
  return examples.cwiseMax(bounds.low).cwiseMin(bounds.high);
}

}  // namespace

Unmixed unmix(const MatrixXd& mixtures, std::size_t n, const Bounds& bounds, std::size_t iterations,
              RandomStream& random, const std::function<bool()>& stop) {
  const auto count = static_cast<Index>(n);
  if (n < 2 || count > mixtures.rows())
    fail(ErrorKind::usage, "{} examples of {} mixtures: expected 2 at least and no more than there are mixtures", n,
         mixtures.rows());
  Unmixed result;
  MatrixXd& x = result.examples = starting_examples(mixtures, count, bounds, random);
  MatrixXd& a = result.shares = MatrixXd(mixtures.rows(), count);
  for (Index r = 0; r < a.rows(); ++r)
    for (Index i = 0; i < count; ++i) a(r, i) = random.uniform();
  project_onto_simplex(a);
  const double size = std::max(mixtures.squaredNorm(), 1e-300);
  result.first_residual = result.residual = (a * x - mixtures).squaredNorm() / size;
  std::size_t idle = 0;
  for (; result.iterations < iterations && idle < 10 && !(stop && stop()); ++result.iterations) {
    const MatrixXd gram_x = x * x.transpose(), y_x = mixtures * x.transpose();
    const double a_step = 1 / largest_eigenvalue_bound(gram_x);
    for (int i = 0; i < steps_in_turn; ++i) {
      a -= a_step * (a * gram_x - y_x);
      project_onto_simplex(a);
    }
    const MatrixXd gram_a = a.transpose() * a, a_y = a.transpose() * mixtures;
    const double x_step = 1 / largest_eigenvalue_bound(gram_a);
    for (int i = 0; i < steps_in_turn; ++i)
      x = (x - x_step * (gram_a * x - a_y)).cwiseMax(bounds.low).cwiseMin(bounds.high);
    const double residual = (a * x - mixtures).squaredNorm() / size;
    idle = residual > (1 - 1e-7) * result.residual ? idle + 1 : 0;
    result.residual = residual;
  }
  return result;
}

}  // namespace tacit::attacks
