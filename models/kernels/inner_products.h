#pragma once

#include <span>

namespace tacit::models::kernels {

// Comparisons of two long vectors, T = float or double, of equal size, which is the caller's to see to. Sums are taken
// in double, as 32 partial sums of every 32nd element whatever the vector width, which are then added pairwise;
// `subtract` takes them so for 1,024 elements after another.

struct InnerProducts {
  double aa = 0, ab = 0, bb = 0;
};
/// <a, a>, <a, b> and <b, b>.
template <class T>
InnerProducts inner_products(std::span<const T> a, std::span<const T> b);

/// Sum of (s a_i - t b_i)^2.
template <class T>
double squared_distance(double s, std::span<const T> a, double t, std::span<const T> b);

/// c = s a - t b, each operation rounded; returns the sum of (a_i - b_i)^2 if it is wanted, else 0. c may be a or b.
template <class T>
double subtract(T s, std::span<const T> a, T t, std::span<const T> b, std::span<T> c, bool wants_sum);

}  // namespace tacit::models::kernels
