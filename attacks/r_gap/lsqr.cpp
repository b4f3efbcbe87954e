#include "attacks/r_gap/lsqr.h"

#include <cmath>

#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

double norm(std::span<const double> v) {
  double sum = 0;
  for (const double value : v) sum += value * value;
  return std::sqrt(sum);
}

/// Divides v by its norm, which it returns; a zero vector stays.
double normalise(std::span<double> v) {
  const double length = norm(v);
  if (length > 0)
    for (double& value : v) value /= length;
  return length;
}

/// to = product - factor * to.
void continue_with(std::span<const double> product, double factor, std::span<double> to) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = product[i] - factor * to[i];
}

}  // namespace

LeastSquares lsqr(const LinearOperator& a, std::span<const double> b, double tolerance, std::size_t iterations) {
  require_equal_sizes("least squares", a.rows, b.size());
  LeastSquares result{std::vector<double>(a.columns), 0, 0};
  std::vector<double> u(b.begin(), b.end()), v(a.columns), w, u_product(a.rows), v_product(a.columns);
  // The bidiagonalisation beta_1 u_1 = b, alpha_1 v_1 = A^T u_1, and its QR factorisation as it grows (Sec. 4.1, 4.2).
  const double b_norm = normalise(u);
  if (!(b_norm > 0)) return result;
  a.multiply_transposed(u, v);
  double alpha = normalise(v), rho_bar = alpha, phi_bar = b_norm, squared_norm_of_a = 0;
  w = v;
  while (alpha > 0 && result.iterations < iterations) {
    ++result.iterations;
    a.multiply(v, u_product);
    continue_with(u_product, alpha, u);
    const double beta = normalise(u);
    squared_norm_of_a += alpha * alpha + beta * beta;
    a.multiply_transposed(u, v_product);
    continue_with(v_product, beta, v);
    alpha = normalise(v);
    const double rho = std::hypot(rho_bar, beta), cosine = rho_bar / rho, sine = beta / rho;
    const double theta = sine * alpha, phi = cosine * phi_bar;
    rho_bar = -cosine * alpha;
    phi_bar *= sine;
    for (std::size_t i = 0; i < w.size(); ++i) {
      result.x[i] += phi / rho * w[i];
      w[i] = v[i] - theta / rho * w[i];
    }
    // |A^T r| = phi_bar alpha |cosine| (Eq. 5.1 ff.).
    if (phi_bar <= tolerance * b_norm || alpha * std::abs(cosine) <= tolerance * std::sqrt(squared_norm_of_a)) break;
  }
  result.residual = phi_bar / b_norm;
  return result;
}

}  // namespace tacit::attacks
