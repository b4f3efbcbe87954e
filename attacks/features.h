#pragma once

#include <cstddef>
#include <optional>

#include "attacks/bounds.h"
#include "core/parameters.h"

namespace tacit::attacks {

/// What the attacker knows about the features of one example before the attack: the shape is told to every member of
/// the run, the rest comes from the threat model.
struct Features {
  Shape shape;                   ///< of one example
  std::optional<Bounds> bounds;  ///< if the threat model grants them
  bool angles = false;           ///< features count modulo 2 pi

  std::size_t size() const { return element_count(shape); }
};

/// An example seen as an image: [channels, height, width], or [height, width] with one channel.
struct ImageShape {
  std::size_t channels = 1, height = 0, width = 0;
};
/// Nothing if a shape has neither two nor three extents or one of them is zero.
std::optional<ImageShape> image_shape(const Shape& shape);

}  // namespace tacit::attacks
