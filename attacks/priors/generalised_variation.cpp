#include "attacks/priors/generalised_variation.h"

#include <cmath>
#include <vector>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

constexpr double smoothing = 1e-8;

/// |d|, smoothed, to the power p, with its derivative in d.
struct Power {
  double value, slope;
};
Power power_of(double difference, double p) {
  const double size = std::abs(difference) + smoothing;
  const double sign = difference > 0 ? 1.0 : difference < 0 ? -1.0 : 0.0;
  return {std::pow(size, p), sign * p * std::pow(size, p - 1)};
}

/// The value of one plane [height, width] times `weight`, and its gradient, added.
double add_plane(std::span<const double> x, const ImageShape& image, const VariationSettings& settings, double weight,
                 std::span<double> gradient) {
  double sum = 0;
  for (std::size_t here = 0; here < x.size(); ++here) {
    const bool has_right = here % image.width + 1 < image.width, has_below = here + image.width < x.size();
    const Power right = power_of(has_right ? x[here + 1] - x[here] : 0, settings.inner_exponent);
    const Power below = power_of(has_below ? x[here + image.width] - x[here] : 0, settings.inner_exponent);
    const double both = right.value + below.value;
    sum += weight * std::pow(both, settings.outer_exponent);
    const double outer = weight * settings.outer_exponent * std::pow(both, settings.outer_exponent - 1);
    gradient[here] -= outer * (right.slope + below.slope);
    if (has_right) gradient[here + 1] += outer * right.slope;
    if (has_below) gradient[here + image.width] += outer * below.slope;
  }
  return sum;
}

}  // namespace

std::unique_ptr<const Prior> GeneralisedVariation::make(ConfigTable section) {
  VariationSettings settings;
  settings.weight = section.number("weight", {0, 1e9});
  settings.inner_exponent = section.number("inner_exponent", {1, 10}, settings.inner_exponent);
  settings.outer_exponent = section.number("outer_exponent", {0.01, 10}, settings.outer_exponent);
  settings.colour_differences = section.boolean("colour_differences", false);
  settings.skip_unless_image = section.boolean("skip_unless_image", false);
  return std::make_unique<const GeneralisedVariation>(settings);
}

void GeneralisedVariation::check(const Features& features) const {
  if (!settings_.skip_unless_image && !image_shape(features.shape)) {
    fail(ErrorKind::configuration,
         "the generalised variation prior needs images, and examples of this run have shape {}",
         tacit::to_string(features.shape));
  }
}

double GeneralisedVariation::add(const Features& features, std::span<const double> x, double scale,
                                 std::span<double> gradient) const {
  const auto image = image_shape(features.shape);
  if (!image) return 0;
  require_equal_sizes("generalised variation", features.size(), x.size(), gradient.size());
  const std::size_t plane = image->height * image->width;
  const bool differences = settings_.colour_differences && image->channels == 3;
  const std::size_t planes = image->channels + (differences ? 3 : 0);
  const double weight = scale * settings_.weight / static_cast<double>(planes * plane);
  double sum = 0;
  for (std::size_t c = 0; c < image->channels; ++c)
    sum += add_plane(x.subspan(c * plane, plane), *image, settings_, weight, gradient.subspan(c * plane, plane));
  if (!differences) return sum;
  std::vector<double> difference(plane), difference_gradient(plane);
  for (const auto& [a, b] : {std::pair(0u, 1u), std::pair(0u, 2u), std::pair(1u, 2u)}) {
    for (std::size_t i = 0; i < plane; ++i) difference[i] = x[a * plane + i] - x[b * plane + i];
    difference_gradient.assign(plane, 0.0);
    sum += add_plane(difference, *image, settings_, weight, difference_gradient);
    for (std::size_t i = 0; i < plane; ++i) {
      gradient[a * plane + i] += difference_gradient[i];
      gradient[b * plane + i] -= difference_gradient[i];
    }
  }
  return sum;
}

}  // namespace tacit::attacks
