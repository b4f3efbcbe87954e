#pragma once

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Images [channels, height, width] turned counter-clockwise about their middle, bilinear between the four nearest
/// pixels; what comes in from outside is the lower bound. Throws Error(usage) if features are no images.
Dataset rotate_images(Dataset data, double degrees);

}  // namespace tacit::datasets
