#pragma once

#include "attacks/solvers/solver.h"

namespace tacit::attacks {

struct LowPassSettings {
  std::size_t iterations = 200;
  double learning_rate = 0.1;
  double step = 0.05;        ///< h, between the points of the window
  std::size_t window = 16;   ///< N at first
  double threshold = 0.999;  ///< the window is halved when f falls by less than this factor
  bool kalman = false;       ///< filter the iterates
  double process_noise = 1;
  double measurement_noise = 1;
  double target = 0;  ///< stop when f <= target
};

/// Descent along a low-passed derivative (Papadopoulos et al., arXiv 2504.12806, Alg. 2). For each variable
///   d_j = (1/N) sum_{n=1..N} [f(x + n h e_j) - f(x - n h e_j)] / (2 n h)                               (Eq. 8-9),
/// which averages out what oscillates faster than 1/(N h), then x_j <- x_j - rate * d_j (Eq. 10). N starts large and is
/// halved, down to 1, whenever f_k / f_{k-1} exceeds the threshold. With `kalman` the point after each step is the
/// measurement of a Kalman filter with unit dynamics, one a variable, whose estimate is the next point (Eq. 11-13);
/// state zero and covariance one at first. Uses values alone: 2 N a variable and iteration. Ends with the best point.
class LowPass final : public Solver {
 public:
  explicit LowPass(const LowPassSettings& settings) : settings_(settings) {}
  static std::unique_ptr<const Solver> make(ConfigTable section);
  std::size_t max_iterations() const noexcept override { return settings_.iterations; }
  Minimum minimize(const MinimizationProblem& problem, std::span<const double> start,
                   const SolverWatch& watch) const override;

 private:
  LowPassSettings settings_;
};

}  // namespace tacit::attacks
