#pragma once

#include "attacks/solvers/solver.h"

namespace tacit::attacks {

struct CmaEsSettings {
  std::size_t iterations = 500;  ///< generations
  std::size_t population = 0;    ///< samples a generation; 0: 4 + 3 ln(variables), as the tutorial has it
  double step = 0.3;             ///< first deviation of the samples, in units of the variables
  double target = 0;             ///< stop when f <= target
};

/// The evolution strategy with covariance matrix adaptation (Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv
/// 1604.00772, Fig. 6 with the default parameters of its Table 1, without negative weights). Asks f for values only:
/// for landscapes with many minima, and where a gradient says little. Samples are clamped to the bounds before they are
/// valued; they are a function of the starting point. One generation costs population evaluations and now and then the
/// eigenvectors of a matrix of [variables, variables]; at most 2000 variables. Ends with `converged` when the largest
/// deviation falls below 1e-12 of the first.
class CmaEs final : public Solver {
 public:
  explicit CmaEs(const CmaEsSettings& settings) : settings_(settings) {}
  static std::unique_ptr<const Solver> make(ConfigTable section);
  std::size_t max_iterations() const noexcept override { return settings_.iterations; }
  Minimum minimize(const MinimizationProblem& problem, std::span<const double> start,
                   const SolverWatch& watch) const override;

 private:
  CmaEsSettings settings_;
};

}  // namespace tacit::attacks
