#include "attacks/priors/total_variation.h"

#include <cmath>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {
namespace {

/// Adds weight * |x[a] - x[b]| and its subgradient.
double add_difference(std::span<const double> x, std::size_t a, std::size_t b, double weight,
                      std::span<double> gradient) {
  const double difference = x[a] - x[b];
  const double sign = difference > 0 ? 1.0 : difference < 0 ? -1.0 : 0.0;
  gradient[a] += weight * sign;
  gradient[b] -= weight * sign;
  return weight * std::abs(difference);
}

}  // namespace

std::unique_ptr<const Prior> TotalVariation::make(ConfigTable section) {
  return std::make_unique<const TotalVariation>(section.number("weight", {0, 1e9}),
                                                section.boolean("skip_unless_image", false));
}

void TotalVariation::check(const Features& features) const {
  if (!skip_unless_image_ && !image_shape(features.shape)) {
    fail(ErrorKind::configuration, "the total variation prior needs images, and examples of this run have shape {}",
         tacit::to_string(features.shape));
  }
}

double TotalVariation::add(const Features& features, std::span<const double> x, double scale,
                           std::span<double> gradient) const {
  const auto image = image_shape(features.shape);
  if (!image) return 0;
  require_equal_sizes("total variation", features.size(), x.size(), gradient.size());
  const auto [channels, height, width] = *image;
  const double row_pairs = static_cast<double>(channels * height * (width - 1));
  const double column_pairs = static_cast<double>(channels * (height - 1) * width);
  double sum = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < height; ++i) {
      for (std::size_t j = 0; j < width; ++j) {
        const std::size_t here = (c * height + i) * width + j;
        if (j + 1 < width) sum += add_difference(x, here, here + 1, scale * weight_ / row_pairs, gradient);
        if (i + 1 < height) sum += add_difference(x, here, here + width, scale * weight_ / column_pairs, gradient);
      }
    }
  }
  return sum;
}

}  // namespace tacit::attacks
