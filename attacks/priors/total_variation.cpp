#include "attacks/priors/total_variation.h"

#include <span>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"
#include "models/kernels/absolute_differences.h"

namespace tacit::attacks {
namespace {

using Values = std::span<const double>;

/// Adds the gradient of weight * sum |x_i - x_{i + step}| over i < pairs, and returns the sum without the weight.
double add_differences(Values x, std::size_t pairs, std::size_t step, double weight, std::span<double> gradient) {
  const Values here = x.first(pairs), next = x.subspan(step, pairs);
  models::kernels::add_signs(weight, here, next, gradient.first(pairs));
  models::kernels::add_signs(weight, next, here, gradient.subspan(step, pairs));
  return models::kernels::absolute_distance(here, next);
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
  const std::size_t plane = height * width;
  const double across = scale * weight_ / static_cast<double>(channels * height * (width - 1));
  const double down = scale * weight_ / static_cast<double>(channels * (height - 1) * width);
  double sum = 0;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < height && width > 1; ++i) {
      const std::size_t row = c * plane + i * width;
      sum += across * add_differences(x.subspan(row, width), width - 1, 1, across, gradient.subspan(row, width));
    }
    if (height > 1)
      sum += down * add_differences(x.subspan(c * plane, plane), plane - width, width, down,
                                    gradient.subspan(c * plane, plane));
  }
  return sum;
}

}  // namespace tacit::attacks
