#pragma once

#include <cstddef>
#include <span>

namespace tacit::models::kernels {

/// Planes that are pooled in squares of 2 x 2, side by side: height / 2 rows of width / 2 outputs each, rounded down.
struct PlanesOfSquares {
  std::size_t planes, height, width;
  std::size_t outputs() const { return planes * (height / 2) * (width / 2); }
};

// T = float or double. `x` and gradients hold planes, [planes, height, width], the others outputs.

/// What stands in `values` [planes, height, width] where x is largest, first among equals (or first NaN); x itself
/// may be `values`.
template <class T>
void chosen_of_four(const PlanesOfSquares& squares, std::span<const T> x, std::span<const T> values,
                    std::span<T> outputs);

/// The transpose of chosen_of_four: zero in every other place.
template <class T>
void route_to_largest(const PlanesOfSquares& squares, std::span<const T> x, std::span<const T> upstream,
                      std::span<T> gradient);

/// The mean of each square, summed row by row.
template <class T>
void mean_of_four(const PlanesOfSquares& squares, std::span<const T> x, std::span<T> outputs);

/// The transpose of mean_of_four.
template <class T>
void spread_to_four(const PlanesOfSquares& squares, std::span<const T> upstream, std::span<T> gradient);

}  // namespace tacit::models::kernels
