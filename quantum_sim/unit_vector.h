#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace tacit::quantum_sim {

// a = x / ||x||, the state that amplitude encoding starts from, with its first and second derivatives. In double,
// whatever the precision of x; all spans of one call have the same size, outputs apart from each other and the inputs.

/// Writes a and returns ||x||, without overflow on the way. Throws Error(usage) if an element is not finite, all are
/// zero or the norm is beyond double; the message names the elements as inputs, of that sample if one is given.
template <class T>
double normalise(std::span<const T> x, std::optional<std::size_t> sample, std::span<double> a);

/// Writes a_dot = (x_dot - a (a . x_dot)) / ||x|| and returns the rate of the norm, a . x_dot; an empty x_dot is zero.
template <class T>
double move_normalised(std::span<const double> a, double norm, std::span<const T> x_dot, std::span<double> a_dot);

/// by_x += dE/dx = (g - a (a . g)) / ||x||, of g = dE/da.
void add_normalised_gradient(std::span<const double> a, double norm, std::span<const double> by_a,
                             std::span<double> by_x);

/// What a gradient is of, and how it moves.
struct MovingUnitVector {
  std::span<const double> a, a_dot;
  double norm, norm_dot;
};
/// by_x += the rate of dE/dx where g moves by by_a_dot.
void add_normalised_gradient_rate(const MovingUnitVector& unit, std::span<const double> by_a,
                                  std::span<const double> by_a_dot, std::span<double> by_x);

}  // namespace tacit::quantum_sim
