#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <functional>

namespace tacit::attacks {

/// to = (a symmetric matrix, not negative) from.
using SymmetricProduct = std::function<void(const Eigen::VectorXd& from, Eigen::VectorXd& to)>;

struct ConjugateGradients {
  Eigen::VectorXd x;
  std::size_t iterations = 0;
};

/// Solves N x = b by preconditioned conjugate gradients (Hestenes and Stiefel, 1952) from `start`; M approximates the
/// inverse of N. Ends when sqrt(r M r), r = b - N x, is `tolerance` times sqrt(b M b), where rounding leaves no more to
/// gain, or after `iterations`. If N is singular and b in its range, the solution from 0 is that with the least
/// x M^-1 x: with M = 1 the shortest.
ConjugateGradients conjugate_gradients(const SymmetricProduct& n, const SymmetricProduct& m, const Eigen::VectorXd& b,
                                       Eigen::VectorXd start, double tolerance, std::size_t iterations);

}  // namespace tacit::attacks
