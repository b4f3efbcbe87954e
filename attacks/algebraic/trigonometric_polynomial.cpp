#include "attacks/algebraic/trigonometric_polynomial.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"

namespace tacit::attacks {

std::vector<std::complex<double>> unit_powers(double t, std::size_t degree) {
  std::vector<std::complex<double>> powers(degree + 1, 1.0);
  if (degree > 0) powers[1] = std::polar(1.0, t);
  // Halving k instead of counting up to it: log k roundings, not k.
  for (std::size_t k = 2; k <= degree; ++k) powers[k] = powers[k / 2] * powers[k - k / 2];
  return powers;
}

TrigonometricPolynomial::TrigonometricPolynomial(std::vector<std::complex<double>> coefficients)
    : coefficients_(std::move(coefficients)) {
  if (coefficients_.empty()) fail(ErrorKind::usage, "a trigonometric polynomial has one coefficient at least");
  coefficients_[0] = coefficients_[0].real();
  double largest = 0;
  for (const auto& c : coefficients_) largest = std::max(largest, std::abs(c));
  while (coefficients_.size() > 1 && std::abs(coefficients_.back()) <= 1e-14 * largest) coefficients_.pop_back();
}

TrigonometricPolynomial::Jet TrigonometricPolynomial::at(std::span<const std::complex<double>> powers) const noexcept {
  Jet jet;
  for (std::size_t k = degree(); k > 0; --k) {
    const auto frequency = static_cast<double>(k);
    const std::complex<double> term = 2.0 * coefficients_[k] * powers[k];
    jet.value += term.real();
    jet.slope -= frequency * term.imag();
    jet.curvature -= frequency * frequency * term.real();
  }
  jet.value += coefficients_[0].real();
  return jet;
}

double TrigonometricPolynomial::magnitude() const noexcept {
  double sum = 0;
  for (const auto& c : coefficients_) sum += 2 * std::abs(c);
  return sum - std::abs(coefficients_[0]);
}

double TrigonometricPolynomial::curvature_bound() const noexcept {
  double sum = 0;
  for (std::size_t k = 1; k < coefficients_.size(); ++k)
    sum += 2 * static_cast<double>(k * k) * std::abs(coefficients_[k]);
  return sum;
}

double TrigonometricPolynomial::variance() const noexcept {
  double sum = 0;
  for (std::size_t k = 1; k < coefficients_.size(); ++k) sum += 2 * std::norm(coefficients_[k]);
  return sum;
}

double TrigonometricPolynomial::mean_square() const noexcept {
  return std::norm(coefficients_[0]) + variance();
}

}  // namespace tacit::attacks
