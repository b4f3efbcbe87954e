#pragma once

#include <cstddef>
#include <cstdint>

#include "datasets/dataset.h"

namespace tacit::datasets {

// Of images [channels, height, width]. Each throws Error(usage) if features are no images.

/// A margin of so many pixels of the lower bound on every side.
Dataset pad_images(Dataset data, std::size_t margin);
/// The middle height x width pixels; an odd rest is cut off below and to the right. Throws Error(usage) if the images
/// are smaller.
Dataset crop_images(Dataset data, std::size_t height, std::size_t width);

enum class FlipAxis : std::uint8_t { horizontal, vertical };
/// Mirrored left to right, or top to bottom.
Dataset flip_images(Dataset data, FlipAxis axis);

}  // namespace tacit::datasets
