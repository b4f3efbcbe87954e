#pragma once

#include "attacks/solvers/line_search.h"
#include "attacks/solvers/solver.h"

namespace tacit::attacks {

struct LbfgsSettings {
  std::size_t iterations = 500;
  std::size_t history = 20;
  double first_step = 1;              ///< length of the very first step, in units of the variables
  double gradient_tolerance = 1e-12;  ///< stop when the largest gradient component falls below this part of its start
  double progress_tolerance = 1e-14;  ///< stop after `patience` iterations whose relative decrease is below this
  std::size_t patience = 5;
  double target = 0;  ///< stop when f <= target
  LineSearchSettings line_search;
};

/// L-BFGS (Nocedal and Wright, Alg. 7.5). Without bounds: strong Wolfe line search. With bounds: variables that sit on
/// a bound and would leave it are held, the quasi-Newton step is taken in the others and backtracks along its
/// projection. When a line search fails the memory is dropped and steepest descent is tried once; if that fails too the
/// run ends with `no_progress`. Independent of the scale of f.
class Lbfgs final : public Solver {
 public:
  explicit Lbfgs(const LbfgsSettings& settings) : settings_(settings) {}
  static std::unique_ptr<const Solver> make(ConfigTable section);
  std::size_t max_iterations() const noexcept override { return settings_.iterations; }
  Minimum minimize(const MinimizationProblem& problem, std::span<const double> start,
                   const SolverWatch& watch) const override;

 private:
  LbfgsSettings settings_;
};

}  // namespace tacit::attacks
