#pragma once

#include <span>

namespace tacit::models::kernels {

// Element by element, T = float or double; spans of one call have equal sizes, and an output may be the same memory as
// an input. An element's result does not depend on its place.

/// sums += values.
template <class T>
void add_to(std::span<const T> values, std::span<T> sums);

/// output = input where the unit is active, x > 0, else 0; where x is NaN, so is it taken for active.
template <class T>
void gate(std::span<const T> x, std::span<const T> input, std::span<T> output);

/// theta -= rate (gradient + weight_decay theta), each operation rounded.
template <class T>
void descend(std::span<const T> gradient, T weight_decay, T rate, std::span<T> theta);

}  // namespace tacit::models::kernels
