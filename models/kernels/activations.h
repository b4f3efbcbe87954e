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

}  // namespace tacit::models::kernels
