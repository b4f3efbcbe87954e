#pragma once

#include <span>

namespace tacit::attacks {

/// Mean squared error over all features, in squared units of the feature.
double mean_squared_error(std::span<const double> a, std::span<const double> b);

/// Peak signal-to-noise ratio in decibel, 10 log10(range^2 / mse); plus infinity if mse is 0, minus infinity if it is
/// not finite. `range` is the width of the feature bounds. Throws Error(usage) unless range > 0 and mse >= 0 or NaN.
double psnr(double mse, double range);

/// What an exact reconstruction counts as in a mean over images, which it would otherwise make infinite; also the most
/// that any image counts. Images inverted from float32 gradients end near 140.
inline constexpr double exact_psnr = 200.0;

/// Mean over images, each at most exact_psnr. Throws Error(usage) without images.
double mean_psnr(std::span<const double> of_images);

}  // namespace tacit::attacks
