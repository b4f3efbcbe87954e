#pragma once

#include <span>

namespace tacit::models::kernels {

/// For spans of equal size, which is the caller's to see to: to_i += weight sign(a_i - b_i), where the sign of 0 (and
/// of NaN) is 0. An element's result does not depend on its place. a and b may overlap, `to` overlaps neither.
void add_signs(double weight, std::span<const double> a, std::span<const double> b, std::span<double> to);

/// Sum of |a_i - b_i|, as 8 partial sums of every 8th element whatever the vector width, which are then added pairwise.
double absolute_distance(std::span<const double> a, std::span<const double> b);

}  // namespace tacit::models::kernels
