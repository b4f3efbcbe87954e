#include "attacks/initialisers/tiled.h"

#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> Tiled::make(ConfigTable section) {
  return std::make_unique<const Tiled>(static_cast<std::size_t>(section.integer("tile", {1, 4096}, 4)));
}

void Tiled::fill(const Features& features, RandomStream& random, std::span<double> x) const {
  if (!features.bounds) fail(ErrorKind::configuration, "tiled start values need the bounds of the features");
  const ImageShape image = image_shape(features.shape).value_or(ImageShape{1, 1, x.size()});
  const std::size_t rows = image.height == 1 ? 1 : tile_, columns = image.height == 1 ? tile_ * tile_ : tile_;
  std::vector<double> tile(image.channels * rows * columns);
  for (double& value : tile) value = random.uniform(features.bounds->low, features.bounds->high);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t channel = i / (image.height * image.width), row = i / image.width % image.height;
    x[i] = tile[(channel * rows + row % rows) * columns + i % image.width % columns];
  }
}

}  // namespace tacit::attacks
