#pragma once

#include <span>

namespace tacit::attacks {

/// Mean squared error over all features, in squared units of the feature.
double mean_squared_error(std::span<const double> a, std::span<const double> b);

/// What an exact reconstruction counts as: log(0) would turn every mean into infinity. Float32 gradients end near 140.
inline constexpr double exact_psnr = 200.0;

/// Peak signal-to-noise ratio in decibel, 10 log10(range^2 / mse), at most exact_psnr. `range` is the width of the feature
/// bounds. An mse that is not finite gives minus infinity. Throws Error(usage) unless range > 0 and mse >= 0 or NaN.
double psnr(double mse, double range);

}  // namespace tacit::attacks
