#include "simulation/example_picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tacit::simulation {

std::optional<attacks::report::Picture> example_picture(std::span<const double> example,
                                                        const attacks::Features& features, const std::string& caption) {
  const auto shape = attacks::image_shape(features.shape);
  if (!shape || !features.bounds || (shape->channels != 1 && shape->channels != 3)) return {};
  attacks::report::Picture shown{{static_cast<std::uint32_t>(shape->channels),
                                  static_cast<std::uint32_t>(shape->height),
                                  static_cast<std::uint32_t>(shape->width),
                                  {}},
                                 caption};
  for (double value : example) {
    // An angle counts modulo 2 pi; the representative nearest the encoded interval is the one that was a pixel.
    if (features.angles)
      value = features.bounds->middle() + std::remainder(value - features.bounds->middle(), 2 * std::numbers::pi);
    const double pixel = (value - features.bounds->low) / features.bounds->width();
    shown.image.pixels.push_back(std::isfinite(pixel) ? static_cast<float>(std::clamp(pixel, 0.0, 1.0)) : 0.5f);
  }
  return shown;
}

}  // namespace tacit::simulation
