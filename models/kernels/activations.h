#pragma once

#include <span>

namespace tacit::models::kernels {

// Element-wise functions, T = float or double; input and output have equal sizes and may be the same memory. A NaN
// gives a NaN. An element's result does not depend on its place.

/// Hyperbolic tangent, within a few units in the last place.
template <class T>
void hyperbolic_tangent(std::span<const T> input, std::span<T> output);

/// 1 / (1 + exp(-x)), evaluated as (1 + tanh(x / 2)) / 2: bounded for every x, and exactly 1/2 at 0.
template <class T>
void logistic(std::span<const T> input, std::span<T> output);

// Their derivatives through their values y = f(x), and along a direction y_dot in which these move:
//   f_slope: output = f' direction,   f_slope_tangent: output = f' direction_dot + (d f' / d y) y_dot direction

template <class T>
void hyperbolic_tangent_slope(std::span<const T> y, std::span<const T> direction, std::span<T> output);
template <class T>
void hyperbolic_tangent_slope_tangent(std::span<const T> y, std::span<const T> y_dot, std::span<const T> direction,
                                      std::span<const T> direction_dot, std::span<T> output);
template <class T>
void logistic_slope(std::span<const T> y, std::span<const T> direction, std::span<T> output);
template <class T>
void logistic_slope_tangent(std::span<const T> y, std::span<const T> y_dot, std::span<const T> direction,
                            std::span<const T> direction_dot, std::span<T> output);

}  // namespace tacit::models::kernels
