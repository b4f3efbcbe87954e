#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "attacks/algebraic/trigonometric_roots.h"
#include "attacks/bounds.h"
#include "models/model.h"

namespace tacit::attacks {

struct AlgebraicOptions {
  /// Largest residual that counts as none: above the precision in which the gradient was computed and sent.
  double tolerance = 1e-6;
  std::size_t max_degree = 400;  ///< of the equations; time grows with its third power
  std::optional<Bounds> bounds;  ///< of the feature; without them one period from 0, or [-1, 1] under an arccos
  BetweenSteps between_steps = {};
};

/// An input, and how well all components of the gradient agree with the observed one there.
struct AlgebraicSolution {
  double input = 0;
  /// |g(x) - g|, by the model itself and over all components, over the root mean square of |g(x)| over all x.
  double residual = 0;
  /// Newton and Kantorovich's theorem, with errors of rounding counted: within this distance (in t = base u) lies
  /// exactly one root of the equations' combination sum_p r_p'(t) r_p. Infinity if the theorem does not apply, as where
  /// all components have a double root: then only the residual speaks.
  double radius = 0;
};

/// All inputs with this gradient, and what it took to find them.
struct AlgebraicInversion {
  std::vector<AlgebraicSolution> solutions;  ///< within the bounds, ascending; residuals within the tolerance
  AlgebraicSolution closest;                 ///< smallest residual found, even beyond the tolerance; else the middle
  std::size_t equations = 0;                 ///< components of the gradient with a trigonometric equation
  std::size_t degree = 0;                    ///< of them, by structure
  std::size_t pivot_degree = 0;              ///< of the equation whose roots were taken
  std::size_t complex_roots = 0;             ///< of it: 2 pivot_degree
  std::size_t real_roots = 0;                ///< of it, in one period: inputs that this one component leaves
  std::size_t period_solutions = 0;          ///< of all equations, in one period
  double base = 0;                           ///< solutions repeat with 2 pi / base (in arccos x under an arccos)
  std::size_t evaluations = 0;               ///< of circuits
};

/// Solves for the one feature of a single example, given its whole loss gradient [parameters] and targets
/// [target_size]: all roots of one component as eigenvalues, each polished on all components by Gauss-Newton, kept if
/// the model's own gradient agrees there. A complete list up to rounding, unlike that of any search: every input within
/// the bounds whose gradient is the observed one is near a root of that component. Solutions that the tolerance cannot
/// tell apart are one. Throws Error(data) if the gradient is zero or not finite, Error(usage) on options out of range,
/// else as one_feature_system.
AlgebraicInversion invert_one_feature(const models::Model<double>& model, std::span<const double> theta,
                                      std::span<const double> targets, std::span<const double> gradient,
                                      const AlgebraicOptions& options = {});

}  // namespace tacit::attacks
