#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace tacit::attacks {

/// A matrix known by its products only.
struct LinearOperator {
  std::size_t rows = 0, columns = 0;
  std::function<void(std::span<const double> x, std::span<double> y)> multiply;             ///< y = A x
  std::function<void(std::span<const double> y, std::span<double> x)> multiply_transposed;  ///< x = A^T y
};

struct LeastSquares {
  std::vector<double> x;  ///< [columns]; of all that fit equally well the shortest
  double residual = 0;    ///< |b - A x| / |b|, 0 for b = 0
  std::size_t iterations = 0;
};

/// The x that makes |A x - b| least: LSQR (Paige and Saunders, ACM TOMS 8, 43, 1982). Ends when the residual or the
/// gradient of the problem, relative to A and it, falls below `tolerance`, or after `iterations`.
LeastSquares lsqr(const LinearOperator& a, std::span<const double> b, double tolerance, std::size_t iterations);

}  // namespace tacit::attacks
