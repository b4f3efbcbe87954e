#include "attacks/algebraic/trigonometric_roots.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <numbers>

#include "attacks/random_vector.h"
#include "core/random.h"

namespace tacit::attacks {
namespace {

using std::numbers::pi;

/// The polynomial of this degree through a function that is one, by its Fourier sums.
TrigonometricPolynomial polynomial(std::size_t degree, const std::function<double(double)>& function) {
  const std::size_t points = 2 * degree + 1;
  std::vector<std::complex<double>> coefficients(degree + 1);
  for (std::size_t n = 0; n < points; ++n) {
    const double t = 2 * pi * static_cast<double>(n) / static_cast<double>(points);
    for (std::size_t k = 0; k <= degree; ++k)
      coefficients[k] += function(t) * std::polar(1.0 / static_cast<double>(points), -static_cast<double>(k) * t);
  }
  return TrigonometricPolynomial(coefficients);
}

/// prod_i sin((t - a_i) / 2): zero at the a_i, of which there are twice the degree.
TrigonometricPolynomial with_roots(const std::vector<double>& roots) {
  return polynomial(roots.size() / 2, [&](double t) {
    double product = 1;
    for (const double root : roots) product *= 2 * std::sin(0.5 * (t - root));
    return product;
  });
}

std::vector<RealRoot> roots_of(const TrigonometricPolynomial& p) {
  return real_roots(p, complex_roots(p));
}

TEST(TrigonometricRoots, AreThoseOfAProduct) {
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    RandomStream random({seed, Purpose::test, 0, 0});
    std::vector<double> truth;
    for (int i = 0; i < 12; ++i) truth.push_back(2 * pi * (i + random.uniform(0.1, 0.9)) / 12);
    const auto roots = roots_of(with_roots(truth));
    ASSERT_EQ(roots.size(), truth.size());
    for (std::size_t i = 0; i < truth.size(); ++i) {
      EXPECT_NEAR(roots[i].t, truth[i], 1e-12);
      EXPECT_TRUE(roots[i].simple);
    }
  }
}

TEST(TrigonometricRoots, DerivativesAreThoseOfAProduct) {
  const TrigonometricPolynomial p = with_roots({0.3, 1.1, 2.5, 4.0});
  const double t = 0.8, h = 1e-4;
  EXPECT_NEAR(p.at(t).slope, (p.at(t + h).value - p.at(t - h).value) / (2 * h), 1e-6);
  EXPECT_NEAR(p.at(t).curvature, (p.at(t + h).slope - p.at(t - h).slope) / (2 * h), 1e-6);
  EXPECT_GE(p.magnitude(), std::abs(p.at(t).value));
  EXPECT_GE(p.curvature_bound(), std::abs(p.at(t).curvature));
}

TEST(TrigonometricRoots, ADoubleRootIsOneRootAndExact) {
  const auto roots = roots_of(with_roots({1.0, 1.0, 2.5, 4.0, 5.5, 5.5}));
  ASSERT_EQ(roots.size(), 4u);
  const double truth[] = {1.0, 2.5, 4.0, 5.5};
  const bool simple[] = {false, true, true, false};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(roots[i].t, truth[i], 1e-12);
    EXPECT_EQ(roots[i].simple, simple[i]) << i;
  }
}

TEST(TrigonometricRoots, ADoubleRootAtTheSeamIsOneRoot) {
  const auto roots = roots_of(polynomial(1, [](double t) { return 1 - std::cos(t); }));
  ASSERT_EQ(roots.size(), 1u);
  EXPECT_NEAR(std::remainder(roots[0].t, 2 * pi), 0, 1e-12);
  EXPECT_FALSE(roots[0].simple);
}

TEST(TrigonometricRoots, ComplexPairsAreNoRealRoots) {
  // 2 + cos t = (z^2 + 4 z + 1) / (2 z).
  const TrigonometricPolynomial p = polynomial(1, [](double t) { return 2 + std::cos(t); });
  auto complex = complex_roots(p);
  ASSERT_EQ(complex.size(), 2u);
  std::sort(complex.begin(), complex.end(), [](const auto& a, const auto& b) { return a.real() < b.real(); });
  EXPECT_NEAR(std::abs(complex[0] - (-2 - std::sqrt(3.0))), 0, 1e-12);
  EXPECT_NEAR(std::abs(complex[1] - (-2 + std::sqrt(3.0))), 0, 1e-12);
  EXPECT_TRUE(real_roots(p, complex).empty());
}

TrigonometricPolynomial random_polynomial(std::size_t degree) {
  const auto parts = uniform_vector(2 * degree + 2, -1, 1, 5);
  std::vector<std::complex<double>> coefficients(degree + 1);
  for (std::size_t k = 0; k <= degree; ++k) coefficients[k] = std::complex<double>(parts[2 * k], k == 0 ? 0 : parts[2 * k + 1]);
  return TrigonometricPolynomial(coefficients);
}

// The eigenvalues of a large companion matrix take several stretches of the iteration, and are zeros all the same.
TEST(TrigonometricRoots, AreFoundInStretches) {
  const std::size_t degree = 250;
  const TrigonometricPolynomial p = random_polynomial(degree);
  std::size_t asked = 0;
  const auto roots = complex_roots(p, [&] { ++asked; });
  EXPECT_GT(asked, 1u);
  ASSERT_EQ(roots.size(), 2 * degree);
  for (const auto& z : roots) {
    // Of each pair z, 1 / conj z the one inside, where powers stay finite: Newton's step there is small.
    const std::complex<double> inside = std::abs(z) <= 1 ? z : 1.0 / std::conj(z);
    std::complex<double> value = 0, slope = 0;
    for (std::size_t power = 2 * degree + 1; power-- > 0;) {
      const auto c = p.coefficients()[power < degree ? degree - power : power - degree];
      slope = slope * inside + value;
      value = value * inside + (power < degree ? std::conj(c) : c);
    }
    EXPECT_LT(std::abs(value / slope), 1e-8);
  }
}

TEST(TrigonometricRoots, ARequestToStopIsHeardInBetween) {
  const TrigonometricPolynomial p = random_polynomial(700);
  struct Stop {};
  std::size_t asked = 0;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(complex_roots(p,
                             [&] {
                               if (++asked == 2) throw Stop();
                             }),
               Stop);
  // All of it takes ten times as long and more.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(TrigonometricRoots, SignChangesFindWhatNoEigenvalueTells) {
  const std::vector<double> truth{0.5, 1.7, 3.1, 4.9};
  const auto roots = real_roots(with_roots(truth), {});
  ASSERT_EQ(roots.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) EXPECT_NEAR(roots[i].t, truth[i], 1e-12);
}

}  // namespace
}  // namespace tacit::attacks
