#pragma once

#include <cstddef>

#include "datasets/dataset.h"

namespace tacit::datasets {

struct ImageShape {
  std::size_t channels, height, width;
  std::size_t plane() const noexcept { return height * width; }
};

/// Of features [channels, height, width]. Throws Error(usage) that says what cannot be done ("resized") if they are no
/// images.
ImageShape image_shape(const Dataset& data, const char* what);

}  // namespace tacit::datasets
