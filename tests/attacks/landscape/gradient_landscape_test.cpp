#include "attacks/landscape/gradient_landscape.h"

#include <cmath>
#include <numbers>

#include "core/expect_error.h"
#include "quantum_sim/circuit/encodings.h"

namespace tacit::attacks {
namespace {

using quantum_sim::Angle;
using quantum_sim::Circuit;
using quantum_sim::Observable;
using std::numbers::pi;

GradientGrid grid_of(std::size_t points, double (*g)(double)) {
  GradientGrid grid{points, 1, {}};
  for (std::size_t i = 0; i < points; ++i)
    grid.values.push_back(g(0.3 + 2 * pi * static_cast<double>(i) / static_cast<double>(points)));
  return grid;
}

TEST(GradientLandscape, OfOneQubitIsTheClosedForm) {
  // R_X(x) R_X(theta) gives y = cos(x + theta), so g = -2 (cos(x + theta) - t) sin(x + theta).
  Circuit circuit(1);
  circuit.rx(0, Angle::input(0)).rx(0, Angle::parameter(0));
  const std::vector<double> theta{0.4}, truth{1.1};
  const GradientGrid grid = gradient_grid(circuit, Observable::pauli_z(0), theta, 0, 0.25, truth, 50);
  for (std::size_t i = 0; i < 50; ++i) {
    const double u = 1.5 + 2 * pi * static_cast<double>(i) / 50;
    EXPECT_NEAR(grid.values[i], -2 * (std::cos(u) - 0.25) * std::sin(u), 1e-12);
  }
}

TEST(GradientLandscape, CountsMinimaOfKnownFunctions) {
  // g = cos 3x meets every value between its extremes six times, and each crossing is a minimum of L.
  const LandscapeCount waves = count_landscape(grid_of(3001, [](double x) { return std::cos(3 * x); }));
  EXPECT_EQ(waves.minima, 6u);
  EXPECT_EQ(waves.solutions, 6u);
  EXPECT_EQ(waves.spurious, 0u);
  // From x = 0.3 the nearest extreme of cos 3x lies at 0.
  EXPECT_NEAR(waves.spacing, 0.3, 0.003);
  // cos x + 0.3 cos 5x at x = 0.3 has minima that do not reach zero: counted on a grid 30 times finer by hand.
  const auto two = [](double x) { return std::cos(x) + 0.3 * std::cos(5 * x); };
  const LandscapeCount coarse = count_landscape(grid_of(401, two)), fine = count_landscape(grid_of(20'001, two));
  EXPECT_EQ(coarse.minima, fine.minima);
  EXPECT_EQ(coarse.spurious, fine.spurious);
  EXPECT_GT(fine.spurious, 0u);
}

TEST(GradientLandscape, LeavesOutWhatDoesNotDependOnTheInputs) {
  GradientGrid constant = grid_of(1000, [](double) { return 0.5; });
  for (std::size_t i = 0; i < 1000; ++i) constant.values[i] += 1e-16 * static_cast<double>(i % 3);
  EXPECT_FALSE(is_alive(constant));
  EXPECT_EQ(count_landscape(constant).minima, 0u);
}

TEST(GradientLandscape, CountsInTwoInputs) {
  // cos x + cos y: from a value at a generic point the zero set is a closed curve; its grid minima lie along it.
  Circuit circuit(2);
  append_angle_encoding(circuit, quantum_sim::Axis::x, 2);
  circuit.ry(0, Angle::parameter(0)).ry(1, Angle::parameter(1));
  const std::vector<double> theta{0.5, 1.2}, truth{0.7, 2.0};
  const GradientGrid grid = gradient_grid(circuit, Observable::pauli_z_string(3), theta, 0, 0.1, truth, 60);
  EXPECT_EQ(grid.values.size(), 3600u);
  EXPECT_GE(count_landscape(grid).minima, 1u);
  EXPECT_GT(count_landscape(grid).solutions, 0u);
}

TEST(GradientLandscape, FitsExponentialsAndLines) {
  const std::vector<double> m{1, 2, 3}, values{2 * std::exp(0.7), 2 * std::exp(1.4), 2 * std::exp(2.1)};
  const ExponentialFit fit = fit_exponential(m, values);
  EXPECT_NEAR(fit.factor, 2, 1e-12);
  EXPECT_NEAR(fit.rate, 0.7, 1e-12);
  EXPECT_NEAR(r_squared_of_line(m, m), 1, 1e-12);
  EXPECT_NEAR(r_squared_of_line(m, std::vector<double>{1, 2, 1}), 0, 1e-12);
  expect_error([&] { fit_exponential(m, std::vector<double>{1, 0, 1}); }, ErrorKind::usage, {"positive"});
}

TEST(GradientLandscape, RefusesWhatItCannotDraw) {
  Circuit circuit(3);
  append_angle_encoding(circuit, quantum_sim::Axis::x, 3);
  circuit.ry(0, Angle::parameter(0));
  const std::vector<double> theta{0.5}, three{0, 1, 2}, one{0};
  expect_error([&] { gradient_grid(circuit, Observable::pauli_z(0), theta, 0, 0, three, 10); }, ErrorKind::usage,
               {"1 or 2 inputs"});
  expect_error([&] { gradient_grid(circuit, Observable::pauli_z(0), theta, 0, 0, one, 10); }, ErrorKind::usage, {"3"});
}

}  // namespace
}  // namespace tacit::attacks
