#include "attacks/solvers/inverse_hessian.h"

#include <cmath>
#include <utility>

namespace tacit::attacks {
namespace {

double inner(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void add_scaled(std::span<double> target, double scale, std::span<const double> direction) {
  for (std::size_t i = 0; i < target.size(); ++i) target[i] += scale * direction[i];
}

}  // namespace

void InverseHessian::update(std::vector<double> step, std::vector<double> gradient_change) {
  const double curvature = inner(step, gradient_change);
  const double scale = std::sqrt(inner(step, step) * inner(gradient_change, gradient_change));
  if (!(curvature > 1e-12 * scale)) return;
  pairs_.push_back({std::move(step), std::move(gradient_change), curvature});
  if (pairs_.size() > history_) pairs_.pop_front();
}

void InverseHessian::multiply(std::span<double> v) const {
  if (pairs_.empty()) return;
  std::vector<double> alpha(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    alpha[k] = inner(pairs_[k].step, v) / pairs_[k].curvature;
    add_scaled(v, -alpha[k], pairs_[k].change);
  }
  const Pair& last = pairs_.back();
  const double scale = last.curvature / inner(last.change, last.change);
  for (double& value : v) value *= scale;
  for (std::size_t k = 0; k < pairs_.size(); ++k) {
    const double beta = inner(pairs_[k].change, v) / pairs_[k].curvature;
    add_scaled(v, alpha[k] - beta, pairs_[k].step);
  }
}

}  // namespace tacit::attacks
