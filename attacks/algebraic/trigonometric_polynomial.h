#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace tacit::attacks {

/// The powers 1, z, .., z^degree of z = exp(i t): shared by all polynomials that are evaluated at t.
std::vector<std::complex<double>> unit_powers(double t, std::size_t degree);

/// A real function of period 2 pi, p(t) = c_0 + 2 Re sum_{k=1..d} c_k exp(i k t).
class TrigonometricPolynomial {
 public:
  struct Jet {
    double value = 0, slope = 0, curvature = 0;  ///< p, p', p''
  };

  /// c_0 .. c_d, at least one. Leading ones that are rounding errors of the largest (below 1e-14 of it) are dropped,
  /// and of c_0 the imaginary part, which a real function does not have.
  explicit TrigonometricPolynomial(std::vector<std::complex<double>> coefficients);

  std::size_t degree() const noexcept { return coefficients_.size() - 1; }
  std::span<const std::complex<double>> coefficients() const noexcept { return coefficients_; }

  /// At the t of these powers, of which there must be degree + 1 at least.
  Jet at(std::span<const std::complex<double>> powers) const noexcept;
  Jet at(double t) const { return at(unit_powers(t, degree())); }

  double magnitude() const noexcept;        ///< |c_0| + 2 sum |c_k|: no |p(t)| is larger
  double curvature_bound() const noexcept;  ///< 2 sum k^2 |c_k|: no |p''(t)| is larger
  double mean_square() const noexcept;      ///< of p over a period, by Parseval |c_0|^2 + 2 sum |c_k|^2
  double variance() const noexcept;         ///< the same without c_0: zero if p is constant

 private:
  std::vector<std::complex<double>> coefficients_;
};

}  // namespace tacit::attacks
