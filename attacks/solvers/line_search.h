#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "attacks/solvers/iterate.h"

namespace tacit::attacks {

struct LineSearchSettings {
  double decrease = 1e-4;  ///< c1 of the Wolfe conditions
  double curvature = 0.9;  ///< c2
  std::size_t evaluations = 30;
};

/// A point along a line with its value and gradient.
struct LinePoint {
  std::vector<double> x, gradient;
  double value = 0;
};

/// A step along `direction` that satisfies the strong Wolfe conditions (Nocedal and Wright, Alg. 3.5 and 3.6, with
/// safeguarded cubic interpolation), or, when the evaluations run out, the lowest point found that at least decreases
/// enough (Armijo). Nothing if there is none or `direction` does not descend. Ignores bounds.
std::optional<LinePoint> strong_wolfe(Iterate& iterate, std::span<const double> direction, double first_step,
                                      const LineSearchSettings& settings);

/// Backtracking along the projection of the line onto the bounds (Bertsekas, SIAM J. Control Optim. 20(2), 1982): the
/// first step of first_step, first_step / 2, ... whose projected point decreases enough.
std::optional<LinePoint> projected_backtracking(Iterate& iterate, std::span<const double> direction, double first_step,
                                                const LineSearchSettings& settings);

}  // namespace tacit::attacks
