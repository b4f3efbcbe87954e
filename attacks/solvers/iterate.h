#pragma once

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "attacks/solvers/solver.h"

namespace tacit::attacks {

/// The current point of a minimisation, the best one so far, and the rules that every solver shares: bounds, counting,
/// and values that are not finite (taken as plus infinity).
class Iterate {
 public:
  /// Projects the start into the bounds and evaluates it. Throws as Solver::minimize does.
  Iterate(const MinimizationProblem& problem, std::span<const double> start);

  const std::vector<double>& x() const noexcept { return x_; }
  const std::vector<double>& gradient() const noexcept { return gradient_; }
  double value() const noexcept { return value_; }
  bool bounded() const noexcept { return !problem_.low.empty(); }

  /// Whether variable i sits on a bound and descent would push it out.
  bool is_pinned(std::size_t i) const noexcept;
  /// The largest gradient component that could still be followed inside the bounds.
  double projected_gradient_norm() const noexcept;
  void project(std::span<double> x) const noexcept;

  /// f and gradient at a trial point, counted; infinity if not finite.
  double evaluate(std::span<const double> x, std::span<double> gradient);
  /// Makes a trial point the current one.
  void accept(std::span<const double> x, std::span<const double> gradient, double value);

  Minimum finish(std::size_t iterations, StopReason reason) const;

 private:
  const MinimizationProblem& problem_;
  std::vector<double> x_, gradient_, best_x_;
  double value_ = 0, best_value_ = 0, first_value_ = 0;
  std::size_t evaluations_ = 0;
};

}  // namespace tacit::attacks
