#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <functional>

#include "attacks/bounds.h"
#include "core/random.h"

namespace tacit::attacks {

/// Examples X [n, d] and shares A [M, n] of mixtures Y = A X: one local minimum of |Y - A X|^2.
struct Unmixed {
  Eigen::MatrixXd examples, shares;
  double first_residual = 0;  ///< |Y - A X|^2 / |Y|^2 at the start
  double residual = 0;        ///< at the end
  std::size_t iterations = 0;
};

/// Finds examples whose values keep the bounds and shares that are not negative and add up to 1, by projected gradient
/// steps in turn (after Lee and Seung, NIPS 2001, with the simplex as a constraint), from random mixtures stretched
/// away from their mean. Where examples have values at their bounds, as pictures on a black ground do, the factors are
/// determined up to their order (Donoho and Stodden, NIPS 2003, give conditions); where not, other factors fit as well.
/// Ends when an iteration gains less than a part of 1e-7 ten times running, after `iterations`, or when `stop` says so.
/// Throws Error(usage) unless 2 <= n <= M.
Unmixed unmix(const Eigen::MatrixXd& mixtures, std::size_t n, const Bounds& bounds, std::size_t iterations,
              RandomStream& random, const std::function<bool()>& stop = {});

}  // namespace tacit::attacks
