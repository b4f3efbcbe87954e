#include "attacks/r_gap/conjugate_gradients.h"

#include <cmath>

namespace tacit::attacks {

ConjugateGradients conjugate_gradients(const SymmetricProduct& n, const SymmetricProduct& m, const Eigen::VectorXd& b,
                                       Eigen::VectorXd start, double tolerance, std::size_t iterations) {
  ConjugateGradients result{std::move(start), 0};
  Eigen::VectorXd residual(b.size()), direction(b.size()), product(b.size());
  m(b, direction);
  const double goal = tolerance * tolerance * b.dot(direction);
  n(result.x, product);
  residual = b - product;
  m(residual, direction);
  Eigen::VectorXd conditioned(b.size());
  double size = residual.dot(direction);
  while (size > goal && result.iterations < iterations) {
    n(direction, product);
    const double curvature = direction.dot(product);
    if (!(curvature > 0)) break;
    ++result.iterations;
    const double step = size / curvature;
    result.x += step * direction;
    residual -= step * product;
    m(residual, conditioned);
    const double next = residual.dot(conditioned);
    direction = conditioned + next / size * direction;
    size = next;
  }
  return result;
}

}  // namespace tacit::attacks
