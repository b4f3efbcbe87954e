#include "attacks/initialisers/colour.h"

#include "core/error.h"

namespace tacit::attacks {

std::unique_ptr<const Initialiser> Colour::make(ConfigTable section) {
  return std::make_unique<const Colour>(
      section.choice("colour", {"random", "dark", "light", "red", "green", "blue"}, "random"));
}

void Colour::fill(const Features& features, RandomStream& random, std::span<double> x) const {
  if (!features.bounds) fail(ErrorKind::configuration, "a colour to start from needs the bounds of the features");
  const auto image = image_shape(features.shape);
  const bool primary = colour_ == "red" || colour_ == "green" || colour_ == "blue";
  if (!image || (primary && image->channels != 3))
    fail(ErrorKind::configuration, "start colour '{}' needs images{}, and examples of this run have shape {}", colour_,
         primary ? " of three channels" : "", tacit::to_string(features.shape));
  const std::size_t bright = colour_ == "red" ? 0 : colour_ == "green" ? 1 : 2, plane = image->height * image->width;
  for (std::size_t c = 0; c < image->channels; ++c) {
    double value = colour_ == "light" || (primary && c == bright) ? features.bounds->high : features.bounds->low;
    if (colour_ == "random") value = random.uniform(features.bounds->low, features.bounds->high);
    for (double& pixel : x.subspan(c * plane, plane)) pixel = value;
  }
}

}  // namespace tacit::attacks
