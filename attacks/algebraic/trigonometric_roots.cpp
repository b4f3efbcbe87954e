#include "attacks/algebraic/trigonometric_roots.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

constexpr int most_steps = 40;
constexpr double smallest_step = 1e-15;  // about the spacing of doubles in a period

/// Newton's method on a function of slope `slope`: steps no longer than a part of the shortest wave, which keeps a
/// start near the root that it belongs to.
template <class Value, class Slope>
double newton(const TrigonometricPolynomial& p, double t, Value value, Slope slope) {
  const double longest = 0.5 / static_cast<double>(std::max<std::size_t>(p.degree(), 1));
  for (int step = 0; step < most_steps; ++step) {
    const auto jet = p.at(t);
    if (slope(jet) == 0) break;
    const double change = std::clamp(-value(jet) / slope(jet), -longest, longest);
    t += change;
    if (std::abs(change) <= smallest_step) break;
  }
  return t;
}

double newton_root(const TrigonometricPolynomial& p, double t) {
  return newton(
      p, t, [](const auto& jet) { return jet.value; }, [](const auto& jet) { return jet.slope; });
}

/// The change of sign in [low, high], halved until nothing lies between.
double bisect(const TrigonometricPolynomial& p, double low, double high) {
  const bool negative = p.at(low).value < 0;
  for (int step = 0; step < 60; ++step) {
    const double middle = 0.5 * (low + high);
    ((p.at(middle).value < 0) == negative ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::vector<double> sign_changes(const TrigonometricPolynomial& p) {
  const std::size_t points = 8 * p.degree();
  const auto at = [&](std::size_t n) { return 2 * pi * static_cast<double>(n) / static_cast<double>(points); };
  std::vector<double> roots;
  double before = p.at(0.0).value;
  for (std::size_t n = 1; n <= points; ++n) {
    const double after = n == points ? p.at(0.0).value : p.at(at(n)).value;
    if ((before < 0) != (after < 0)) roots.push_back(bisect(p, at(n - 1), at(n)));
    before = after;
  }
  return roots;
}

/// The eigenvalues of a Hessenberg matrix. The QR iteration runs in stretches of about a second of the largest
/// matrices, as nothing can be asked within one.
std::vector<std::complex<double>> eigenvalues(Eigen::MatrixXcd hessenberg, const BetweenSteps& between_steps) {
  constexpr Eigen::Index stretch_work = 50'000'000;
  const Eigen::Index size = hessenberg.rows(), most = 30 * size;
  const Eigen::Index stretch = std::clamp<Eigen::Index>(stretch_work / (size * size), 1, most);
  Eigen::ComplexSchur<Eigen::MatrixXcd> schur(size);
  schur.setMaxIterations(stretch);
  for (Eigen::Index iterations = 0; iterations < most; iterations += stretch) {
    if (between_steps) between_steps();
    schur.computeFromHessenberg(hessenberg, Eigen::MatrixXcd(), false);
    if (schur.info() == Eigen::Success) {
      const auto diagonal = schur.matrixT().diagonal();
      return {diagonal.begin(), diagonal.end()};
    }
    // What it has come to is a Hessenberg matrix of the same eigenvalues, in part triangular already.
    hessenberg = schur.matrixT();
  }
  fail(ErrorKind::internal, "the eigenvalues of a companion matrix of size {} did not converge", size);
}

}  // namespace

double wrapped(double t) {
  const double angle = t - 2 * pi * std::floor(t / (2 * pi));
  return angle < 2 * pi ? angle : 0;
}

double stationary_point(const TrigonometricPolynomial& p, double t) {
  return newton(
      p, t, [](const auto& jet) { return jet.slope; }, [](const auto& jet) { return jet.curvature; });
}

std::vector<std::complex<double>> complex_roots(const TrigonometricPolynomial& p, const BetweenSteps& between_steps) {
  const auto degree = static_cast<Eigen::Index>(p.degree());
  if (degree == 0) return {};
  const Eigen::Index size = 2 * degree;
  const auto coefficient = [&](Eigen::Index power) {
    const Eigen::Index k = power - degree;
    const auto c = p.coefficients()[static_cast<std::size_t>(std::abs(k))];
    return k < 0 ? std::conj(c) : c;
  };
  Eigen::MatrixXcd companion = Eigen::MatrixXcd::Zero(size, size);
  companion.diagonal(-1).setOnes();
  for (Eigen::Index row = 0; row < size; ++row) companion(row, size - 1) = -coefficient(row) / coefficient(size);
  // A companion matrix is a Hessenberg matrix already: only the iteration is left.
  return eigenvalues(std::move(companion), between_steps);
}

std::vector<RealRoot> real_roots(const TrigonometricPolynomial& p, const std::vector<std::complex<double>>& complex,
                                 const BetweenSteps& between_steps) {
  if (p.degree() == 0) return {};
  const double zero = 1e-12 * p.magnitude();
  std::vector<RealRoot> found;
  const auto keep = [&](double t) {
    const auto jet = p.at(t);
    // The slope that a double root, moved apart by errors of this size, still has.
    const bool simple = std::abs(jet.slope) > 2 * std::sqrt(zero * p.curvature_bound());
    if (std::abs(jet.value) <= zero) found.push_back({wrapped(t), simple});
  };
  for (const auto& z : complex) {
    if (between_steps) between_steps();
    keep(newton_root(p, std::arg(z)));
    keep(stationary_point(p, std::arg(z)));
  }
  if (between_steps) between_steps();
  for (const double t : sign_changes(p)) keep(newton_root(p, t));
  std::sort(found.begin(), found.end(), [](const RealRoot& a, const RealRoot& b) { return a.t < b.t; });

  // Neighbours between which p stays zero up to rounding are one root; where it is double, p' says best where.
  const double apart = 0.1 / static_cast<double>(p.degree());
  const auto same = [&](double a, double b) {
    return b - a < apart && std::abs(p.at(0.5 * (a + b)).value) <= 2 * zero;
  };
  std::vector<RealRoot> roots;
  for (const RealRoot& root : found) {
    if (roots.empty() || !same(roots.back().t, root.t)) {
      roots.push_back(root);
    } else if (!root.simple) {
      const double flat = stationary_point(p, root.t);
      roots.back() = {std::abs(flat - root.t) < apart ? flat : root.t, false};
    }
  }
  if (roots.size() > 1 && same(roots.back().t - 2 * pi, roots.front().t)) roots.pop_back();
  for (RealRoot& root : roots) root.t = wrapped(root.t);
  return roots;
}

}  // namespace tacit::attacks
