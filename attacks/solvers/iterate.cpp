#include "attacks/solvers/iterate.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::attacks {

Iterate::Iterate(const MinimizationProblem& problem, std::span<const double> start)
    : problem_(problem), x_(start.begin(), start.end()), gradient_(start.size()) {
  if (start.empty()) fail(ErrorKind::usage, "minimisation needs at least one variable");
  if (!problem.evaluate) fail(ErrorKind::usage, "minimisation needs a function");
  if (problem.low.size() != problem.high.size() || (!problem.low.empty() && problem.low.size() != start.size())) {
    fail(ErrorKind::usage, "minimisation of {} variables got {} lower and {} upper bounds", start.size(),
         problem.low.size(), problem.high.size());
  }
  for (std::size_t i = 0; i < problem.low.size(); ++i) {
    if (!(problem.low[i] <= problem.high[i])) {
      fail(ErrorKind::usage, "bounds of variable {} are empty: [{}, {}]", i, problem.low[i], problem.high[i]);
    }
  }
  project(x_);
  value_ = evaluate(x_, gradient_);
  if (!std::isfinite(value_)) fail(ErrorKind::data, "the function to minimise is not finite at the start point");
  best_x_ = x_;
  best_value_ = first_value_ = value_;
}

bool Iterate::is_pinned(std::size_t i) const noexcept {
  return bounded() &&
         ((x_[i] <= problem_.low[i] && gradient_[i] > 0) || (x_[i] >= problem_.high[i] && gradient_[i] < 0));
}

double Iterate::projected_gradient_norm() const noexcept {
  double largest = 0;
  for (std::size_t i = 0; i < x_.size(); ++i) {
    if (!is_pinned(i)) largest = std::max(largest, std::abs(gradient_[i]));
  }
  return largest;
}

void Iterate::project(std::span<double> x) const noexcept {
  for (std::size_t i = 0; i < problem_.low.size(); ++i) x[i] = std::clamp(x[i], problem_.low[i], problem_.high[i]);
}

double Iterate::evaluate(std::span<const double> x, std::span<double> gradient) {
  ++evaluations_;
  const double value = problem_.evaluate(x, gradient);
  const bool finite =
      std::isfinite(value) && std::all_of(gradient.begin(), gradient.end(), [](double g) { return std::isfinite(g); });
  return finite ? value : std::numeric_limits<double>::infinity();
}

void Iterate::accept(std::span<const double> x, std::span<const double> gradient, double value) {
  std::copy(x.begin(), x.end(), x_.begin());
  std::copy(gradient.begin(), gradient.end(), gradient_.begin());
  value_ = value;
  if (value < best_value_) {
    best_value_ = value;
    best_x_ = x_;
  }
}

Minimum Iterate::finish(std::size_t iterations, StopReason reason) const {
  return {best_x_, best_value_, first_value_, iterations, evaluations_, reason};
}

}  // namespace tacit::attacks
