#pragma once

#include <span>

namespace tacit::attacks {

/// Distance of two angles on the circle, in [0, pi]. Never compare angles through their cosine: x and -x would be
/// equal.
double circular_distance(double a, double b);
/// The largest circular distance of a pair, in radian.
double largest_circular_distance(std::span<const double> a, std::span<const double> b);
/// The mean squared circular distance, in squared radian.
double mean_squared_circular_distance(std::span<const double> a, std::span<const double> b);

}  // namespace tacit::attacks
