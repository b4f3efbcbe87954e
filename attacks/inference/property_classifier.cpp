#include "attacks/inference/property_classifier.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::attacks {
namespace {

void check(const LabelledVectors& examples, double penalty) {
  const auto positive = std::count_if(examples.holds.begin(), examples.holds.end(), [](char c) { return c != 0; });
  if (positive == 0 || static_cast<std::size_t>(positive) == examples.size())
    fail(ErrorKind::usage, "the property holds for {} of {} examples: a classifier needs both kinds", positive,
         examples.size());
  if (examples.values.size() != examples.size() * examples.length)
    fail(ErrorKind::usage, "{} values for {} vectors of {}", examples.values.size(), examples.size(), examples.length);
  if (!(penalty > 0 && std::isfinite(penalty)))
    fail(ErrorKind::usage, "penalty {}: expected a positive number", penalty);
  for (std::size_t i = 0; i < examples.values.size(); ++i)
    if (!std::isfinite(examples.values[i]))
      fail(ErrorKind::data, "value {} of vector {} is not finite", i % examples.length, i / examples.length);
}

/// ln(1 + exp(-margin)) without overflow.
double logistic_loss(double margin) {
  return margin > 0 ? std::log1p(std::exp(-margin)) : -margin + std::log1p(std::exp(margin));
}

/// The problem in the span of the examples: w = X^T a with scores K a + b, K the Gram matrix.
struct DualProblem {
  const Eigen::MatrixXd& gram;
  const Eigen::VectorXd& y;
  double penalty;

  double value(const Eigen::VectorXd& a, double b) const {
    const Eigen::VectorXd scores = gram * a;
    double sum = 0;
    for (Eigen::Index i = 0; i < y.size(); ++i) sum += logistic_loss(y[i] * (scores[i] + b));
    return sum / static_cast<double>(y.size()) + penalty / 2 * a.dot(scores);
  }

  /// The full step of Newton's method: with r the slopes and h the curvatures of the loss by score, divided by K,
  /// (h K + penalty n) da + h db = -(r + penalty n a) and sum(h (K da + db)) = -sum r.
  void step(const Eigen::VectorXd& a, double b, Eigen::VectorXd& da, double& db) const {
    const Eigen::Index n = y.size();
    const Eigen::VectorXd scores = gram * a;
    Eigen::MatrixXd system(n + 1, n + 1);
    Eigen::VectorXd right(n + 1);
    right[n] = 0;
    system(n, n) = 0;
    for (Eigen::Index i = 0; i < n; ++i) {
      const double p = 1 / (1 + std::exp(y[i] * (scores[i] + b)));  // of being wrong
      const double slope = -y[i] * p, curvature = p * (1 - p);
      system.row(i).head(n) = curvature * gram.row(i);
      system(i, i) += penalty * static_cast<double>(n);
      system(i, n) = curvature;
      right[i] = -(slope + penalty * static_cast<double>(n) * a[i]);
      right[n] -= slope;
    }
    for (Eigen::Index j = 0; j < n; ++j) {
      double sum = 0;
      for (Eigen::Index i = 0; i < n; ++i) sum += system(i, j) - (i == j ? penalty * static_cast<double>(n) : 0);
      system(n, j) = sum;
      system(n, n) += system(j, n);
    }
    const Eigen::VectorXd solution = system.partialPivLu().solve(right);
    da = solution.head(n);
    db = solution[n];
  }
};

}  // namespace

void LabelledVectors::add(std::span<const float> vector, bool property_holds) {
  if (holds.empty()) length = vector.size();
  if (vector.size() != length) fail(ErrorKind::usage, "a vector of {} among vectors of {}", vector.size(), length);
  values.insert(values.end(), vector.begin(), vector.end());
  holds.push_back(property_holds ? 1 : 0);
}

PropertyClassifier::PropertyClassifier(const LabelledVectors& examples, double penalty) {
  check(examples, penalty);
  const std::size_t count = examples.size(), length = examples.length;
  means_.assign(length, 0);
  scales_.assign(length, 0);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < length; ++k)
      means_[k] += static_cast<double>(examples.values[i * length + k]) / static_cast<double>(count);
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < length; ++k) {
      const double distance = examples.values[i * length + k] - means_[k];
      scales_[k] += distance * distance / static_cast<double>(count);
    }
  for (std::size_t k = 0; k < length; ++k) {
    const double deviation = std::sqrt(scales_[k]);
    scales_[k] = deviation > 1e-12 * std::max(1.0, std::abs(means_[k])) ? 1 / deviation : 0;
  }

  Eigen::MatrixXd rows(static_cast<Eigen::Index>(count), static_cast<Eigen::Index>(length));
  Eigen::VectorXd y(static_cast<Eigen::Index>(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<double> row = standardised(std::span(examples.values).subspan(i * length, length));
    rows.row(static_cast<Eigen::Index>(i)) = Eigen::Map<const Eigen::RowVectorXd>(row.data(), rows.cols());
    y[static_cast<Eigen::Index>(i)] = examples.holds[i] != 0 ? 1 : -1;
  }
  const Eigen::MatrixXd gram = rows * rows.transpose();
  const DualProblem problem{gram, y, penalty};
  Eigen::VectorXd a = Eigen::VectorXd::Zero(y.size()), da;
  double db = 0;
  for (int iteration = 0; iteration < 100; ++iteration) {
    problem.step(a, bias_, da, db);
    const double before = problem.value(a, bias_);
    double length_of_step = 1;
    while (length_of_step > 1e-8 && !(problem.value(a + length_of_step * da, bias_ + length_of_step * db) <= before))
      length_of_step /= 2;
    a += length_of_step * da;
    bias_ += length_of_step * db;
    if (std::max(da.cwiseAbs().maxCoeff(), std::abs(db)) < 1e-12) break;
  }
  const Eigen::VectorXd w = rows.transpose() * a;
  weights_.assign(w.data(), w.data() + w.size());
}

std::vector<double> PropertyClassifier::standardised(std::span<const float> vector) const {
  if (vector.size() != means_.size())
    fail(ErrorKind::usage, "a vector of {} for a classifier of {}", vector.size(), means_.size());
  std::vector<double> result(vector.size());
  for (std::size_t k = 0; k < result.size(); ++k) result[k] = (vector[k] - means_[k]) * scales_[k];
  return result;
}

double PropertyClassifier::score(std::span<const float> vector) const {
  const std::vector<double> x = standardised(vector);
  double sum = bias_;
  for (std::size_t k = 0; k < x.size(); ++k) sum += weights_[k] * x[k];
  return sum;
}

}  // namespace tacit::attacks
