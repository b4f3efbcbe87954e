#pragma once

#include <cstddef>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Shrinks images [channels, H, W] to [channels, height, width] by area average: a new pixel is the mean over the
/// rectangle it covers, pixels cut by its edge counting by the part inside. Throws Error(usage) unless the features are
/// images and 1 <= height <= H, 1 <= width <= W.
Dataset resize_images(Dataset data, std::size_t height, std::size_t width);

}  // namespace tacit::datasets
