#include "attacks/features.h"

#include <algorithm>

namespace tacit::attacks {

std::optional<ImageShape> image_shape(const Shape& shape) {
  if (shape.size() != 2 && shape.size() != 3) return {};
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent <= 0; })) return {};
  const auto extent = [&](std::size_t from_last) { return static_cast<std::size_t>(shape[shape.size() - from_last]); };
  return ImageShape{shape.size() == 3 ? extent(3) : 1, extent(2), extent(1)};
}

}  // namespace tacit::attacks
