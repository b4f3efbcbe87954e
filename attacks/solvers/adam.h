#pragma once

#include <vector>

#include "attacks/solvers/solver.h"

namespace tacit::attacks {

struct AdamSettings {
  enum class Schedule { constant, step, cosine };
  std::size_t iterations = 1000;
  double learning_rate = 0.1;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  bool sign = false;       ///< follow the sign of the gradient only
  bool soft_sign = false;  ///< follow tanh(s g) / s; not together with `sign`
  Schedule schedule = Schedule::constant;
  std::vector<double> milestones = {0.375, 0.625, 0.875};  ///< step: parts of the run after which the rate drops
  double factor = 0.1;                                     ///< step: what the rate is multiplied by
  std::size_t warm_up = 0;  ///< iterations over which the rate grows from 0 to its course
  double noise = 0;         ///< standard deviation of noise added to every step, in units of the rate
  double target = 0;        ///< stop when f <= target
};

/// Adam (Kingma and Ba, ICLR 2015, Alg. 1), with the sign of the gradient in place of the gradient if `sign`
/// (Geiping et al., arXiv 2003.14053, Sec. 4) or tanh(s g) / s if `soft_sign` (the "modern" settings of the breaching
/// framework), where s = 1 - iteration / iterations falls from 1 towards 0: components are cut off at 1 / s, at first
/// the large ones, at last none. With `noise`, normal numbers times the
/// learning rate are added to every step, as in Langevin dynamics (Yin et al., CVPR 2021, arXiv 2104.07586, Eq. 11);
/// they are a function of the starting point. Each step ends with the projection onto the bounds. A gradient that is
/// not finite ends the run with the best point so far.
class Adam final : public Solver {
 public:
  /// Throws Error(usage) on both signs together.
  explicit Adam(AdamSettings settings);
  static std::unique_ptr<const Solver> make(ConfigTable section);
  std::size_t max_iterations() const noexcept override { return settings_.iterations; }
  Minimum minimize(const MinimizationProblem& problem, std::span<const double> start,
                   const SolverWatch& watch) const override;
  /// Learning rate of an iteration, counted from 0.
  double rate(std::size_t iteration) const noexcept;
  /// The gradient component that an iteration, counted from 0, follows in place of g.
  double followed(double g, std::size_t iteration) const noexcept;

 private:
  AdamSettings settings_;
};

}  // namespace tacit::attacks
