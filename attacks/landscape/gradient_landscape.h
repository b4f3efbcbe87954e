#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "quantum_sim/circuit/circuit.h"
#include "quantum_sim/circuit/observable.h"

namespace tacit::attacks {

/// One component of the squared error's gradient as a function of the inputs, g(x) = 2 (y(x) - target) dy/dtheta_j, on
/// an equidistant grid over [0, 2 pi)^n that starts at x*: what an attacker searches when L(x') = (g(x') - g(x*))^2
/// (Kumar et al., arXiv 2309.13002, Eq. 100).
struct GradientGrid {
  std::size_t points = 0;      ///< along each input
  std::size_t inputs = 0;      ///< n, 1 or 2
  std::vector<double> values;  ///< [points^n], row-major
};

/// By the two-term shift rule: three forward passes with the grid's points as lanes of a batch. The parameter must
/// stand in one plain rotation. Throws Error(usage) on another number of inputs than 1 or 2, fewer than 3 points, or a
/// parameter out of range.
GradientGrid gradient_grid(const quantum_sim::Circuit& circuit, const quantum_sim::Observable& observable,
                           std::span<const double> parameters, std::size_t parameter, double target,
                           std::span<const double> truth, std::size_t points);

struct LandscapeCount {
  std::size_t minima = 0;     ///< of L, the true one counted; lower than all 2 n (n = 2: 8) neighbours
  std::size_t spurious = 0;   ///< minima that do not reach zero: no input there explains the gradient
  std::size_t solutions = 0;  ///< minima that do, the true input one of them
  double spacing = 0;         ///< distance from the true input to the nearest maximum of L along the last input
};

/// Nothing to count, and all zero, if the component does not depend on the inputs (dead parameter, light cone): its
/// range is below 1e-10, and rounding noise would count as thousands of minima. A minimum reaches zero
/// if g crosses its observed value between it and a neighbour.
LandscapeCount count_landscape(const GradientGrid& grid);

/// Whether a component depends on the inputs at all.
bool is_alive(const GradientGrid& grid);

/// value = factor * exp(rate * m), least squares in the logarithm. Throws Error(usage) on fewer than two points or a
/// value that is not positive.
struct ExponentialFit {
  double factor = 0, rate = 0;
};
ExponentialFit fit_exponential(std::span<const double> m, std::span<const double> values);

/// R^2 of the best straight line through (x, y).
double r_squared_of_line(std::span<const double> x, std::span<const double> y);

}  // namespace tacit::attacks
