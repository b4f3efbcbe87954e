#pragma once

#include <cstddef>
#include <vector>

#include "attacks/algebraic/several_feature_system.h"
#include "attacks/algebraic/trigonometric_roots.h"

namespace tacit::attacks {

struct SubdivisionOptions {
  double tolerance = 1e-6;           ///< of each equation, over the system's scale, that still counts as zero
  std::size_t most_boxes = 200'000;  ///< looked at
  double least_width = 1e-4;         ///< of a box that is not cut any further, in units of the shortest wave
  BetweenSteps between_steps = {};   ///< called for every box
};

struct SubdivisionRoot {
  std::vector<double> u;  ///< [variables], in [0, 2 pi)
  double residual = 0;    ///< length of all equations there, over the scale
  /// No other zero of the equations lies within this distance (largest component); 0 if that cannot be said, as at a
  /// double root.
  double radius = 0;
};

struct SubdivisionResult {
  std::vector<SubdivisionRoot> roots;
  std::size_t boxes = 0;
  /// Boxes that could neither be excluded nor given to a root: around double roots, along curves of solutions, or for
  /// want of boxes. With none, the roots are all that there are.
  std::size_t undecided = 0;
};

/// All inputs that satisfy the equations, by bisection of [0, 2 pi)^n. A box with centre c and half widths h is empty
/// if
///   |r_p(c)| > sum_j |d_j r_p(c)| h_j + sum_ij H_pij h_i h_j / 2 + tolerance
/// for some equation, H the bound of its second derivatives: exact up to rounding. In small boxes Gauss-Newton looks
/// for a root z; with A = J(z)^+ fixed, A r has derivative 1 at z and at most one zero where |A| H |x - z| < 1, so
/// boxes in there are done with.
SubdivisionResult subdivide(const SeveralFeatureSystem& system, const SubdivisionOptions& options = {});

}  // namespace tacit::attacks
