#include "attacks/metrics/image_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "attacks/require_equal_sizes.h"
#include "core/error.h"

namespace tacit::attacks {

double mean_squared_error(std::span<const double> a, std::span<const double> b) {
  require_equal_sizes("mean squared error", a.size(), b.size());
  if (a.empty()) fail(ErrorKind::usage, "mean squared error needs at least one feature");
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

double psnr(double mse, double range) {
  if (!(range > 0)) fail(ErrorKind::usage, "peak signal-to-noise ratio needs a positive range, got {}", range);
  if (mse < 0) fail(ErrorKind::usage, "peak signal-to-noise ratio needs a mean squared error >= 0, got {}", mse);
  if (!std::isfinite(mse)) return -std::numeric_limits<double>::infinity();
  if (mse == 0) return std::numeric_limits<double>::infinity();
  return 10 * std::log10(range * range / mse);
}

double mean_psnr(std::span<const double> of_images) {
  if (of_images.empty()) fail(ErrorKind::usage, "a mean peak signal-to-noise ratio needs at least one image");
  double sum = 0;
  for (const double value : of_images) sum += std::min(exact_psnr, value);
  return sum / static_cast<double>(of_images.size());
}

}  // namespace tacit::attacks
