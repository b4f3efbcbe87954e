#include "attacks/metrics/registered_psnr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/features.h"
#include "attacks/metrics/image_error.h"
#include "attacks/metrics/shift_image.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

struct Best {
  double mse = std::numeric_limits<double>::infinity();
  double down = 0, right = 0;

  bool take(double candidate, double at_down, double at_right) {
    if (!(candidate < mse)) return false;
    *this = {candidate, at_down, at_right};
    return true;
  }
};

}  // namespace

std::optional<Registration> registered_psnr(std::span<const double> reconstruction, std::span<const double> truth,
                                            const Shape& shape, double range) {
  const auto image = image_shape(shape);
  if (!image) return {};
  require_equal_sizes("registered peak signal-to-noise ratio", element_count(shape), reconstruction.size(),
                      truth.size());
  const bool finite =
      std::all_of(reconstruction.begin(), reconstruction.end(), [](double x) { return std::isfinite(x); });
  if (!finite) return Registration{psnr(std::numeric_limits<double>::infinity(), range), 0, 0};
  ImageShifter shifter(*image);
  const auto mse = [&](double down, double right) {
    return mean_squared_error(shifter.shifted(reconstruction, down, right), truth);
  };
  Best best;
  best.take(mse(0, 0), 0, 0);  // first, so that a shift must be better to be taken
  const std::size_t side = std::min(image->height, image->width);
  const auto most = static_cast<int>(std::clamp<std::size_t>(side / 8, 1, 8));
  for (int down = -most; down <= most; ++down)
    for (int right = -most; right <= most; ++right) best.take(mse(down, right), down, right);
  for (const double step : {0.5, 0.25, 0.125}) {
    if (best.mse == 0) break;
    const double down = best.down, right = best.right;
    for (const double d : {-step, 0.0, step})
      for (const double r : {-step, 0.0, step})
        if (d != 0 || r != 0) best.take(mse(down + d, right + r), down + d, right + r);
  }
  return Registration{psnr(best.mse, range), best.down, best.right};
}

}  // namespace tacit::attacks
