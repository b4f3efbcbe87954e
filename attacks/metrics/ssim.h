#pragma once

#include <optional>
#include <span>

#include "core/parameters.h"

namespace tacit::attacks {

/// Structural similarity (Wang, Bovik, Sheikh and Simoncelli, IEEE Trans. Image Processing 13(4), 2004, Eq. 13), the
/// mean over all windows that lie inside the image and over channels; K1 = 0.01, K2 = 0.03, weights sum to one.
/// Variant: a Gaussian window of 11 x 11 with deviation 1.5. An image with a side below 11 takes a uniform square
/// window of side min(7, height, width) instead; such values compare only with values from images of the same size.
/// `shape` is that of the example, `range` the width of the feature bounds. Nothing if the shape is no image of at
/// least 2 x 2.
std::optional<double> ssim(std::span<const double> a, std::span<const double> b, const Shape& shape, double range);

}  // namespace tacit::attacks
