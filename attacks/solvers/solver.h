#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "attacks/part.h"
#include "core/config.h"

namespace tacit::attacks {

/// A differentiable function to minimise, with optional bounds.
struct MinimizationProblem {
  /// Returns f(x) and writes its gradient. Both spans have the size of the start point. May return a value that is not
  /// finite: solvers then step back.
  std::function<double(std::span<const double> x, std::span<double> gradient)> evaluate;
  /// Per variable, infinities allowed; both empty means no bounds. Bounded solvers keep every iterate inside.
  std::vector<double> low, high;
  /// f alone, where that is cheaper; empty: only `evaluate` is there. For solvers without derivatives.
  std::function<double(std::span<const double> x)> value = {};
};

enum class StopReason { target_reached, converged, no_progress, iterations, asked_to_stop };
std::string_view to_string(StopReason reason) noexcept;

/// What the caller watches and decides while a solver runs.
struct SolverWatch {
  /// Called after every iteration with its number (from 1) and the value of f.
  std::function<void(std::size_t iteration, double value)> progress;
  /// Asked before every iteration; true ends the run with the best point so far.
  std::function<bool()> should_stop;
};

struct Minimum {
  std::vector<double> x;   ///< the best point seen, inside the bounds
  double value = 0;        ///< f there
  double first_value = 0;  ///< f at the start
  std::size_t iterations = 0;
  std::size_t evaluations = 0;  ///< calls of `evaluate`
  StopReason reason = StopReason::iterations;
};

/// A minimiser with fixed settings. Keeps nothing between runs, so restarts neither see each other nor depend on order,
/// and one solver may serve several threads at once. Same problem and start give the same bits.
class Solver : public Part {
 public:
  virtual std::size_t max_iterations() const noexcept = 0;
  /// Throws Error(usage) if start or bounds do not fit, Error(data) if f is not finite at the start.
  virtual Minimum minimize(const MinimizationProblem& problem, std::span<const double> start,
                           const SolverWatch& watch) const = 0;
};

/// The solver that a section names: name = "adam", "lbfgs", "low_pass" or "cma_es", with the keys of its settings
/// struct.
std::unique_ptr<const Solver> make_solver(ConfigTable section);

}  // namespace tacit::attacks
