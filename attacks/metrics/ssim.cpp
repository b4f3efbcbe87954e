#include "attacks/metrics/ssim.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "attacks/features.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

struct Window {
  std::size_t side;
  std::vector<double> weights;  ///< [side, side], sum 1
};

Window window_for(const ImageShape& image) {
  const std::size_t smallest = std::min(image.height, image.width);
  const bool gaussian = smallest >= 11;
  const std::size_t side = gaussian ? 11 : std::min<std::size_t>(7, smallest);
  Window window{side, std::vector<double>(side * side, 1.0)};
  double total = 0;
  for (std::size_t i = 0; i < side; ++i) {
    for (std::size_t j = 0; j < side; ++j) {
      if (gaussian) {
        const double dy = static_cast<double>(i) - 5, dx = static_cast<double>(j) - 5;
        window.weights[i * side + j] = std::exp(-(dx * dx + dy * dy) / (2 * 1.5 * 1.5));
      }
      total += window.weights[i * side + j];
    }
  }
  for (double& weight : window.weights) weight /= total;
  return window;
}

/// Similarity of one window whose top left pixel is at the start of both spans.
double window_similarity(const double* a, const double* b, std::size_t row_length, const Window& window, double range) {
  double mean_a = 0, mean_b = 0;
  for (std::size_t i = 0; i < window.side; ++i) {
    for (std::size_t j = 0; j < window.side; ++j) {
      const double weight = window.weights[i * window.side + j];
      mean_a += weight * a[i * row_length + j];
      mean_b += weight * b[i * row_length + j];
    }
  }
  double variance_a = 0, variance_b = 0, covariance = 0;
  for (std::size_t i = 0; i < window.side; ++i) {
    for (std::size_t j = 0; j < window.side; ++j) {
      const double weight = window.weights[i * window.side + j];
      const double da = a[i * row_length + j] - mean_a, db = b[i * row_length + j] - mean_b;
      variance_a += weight * da * da;
      variance_b += weight * db * db;
      covariance += weight * da * db;
    }
  }
  const double c1 = (0.01 * range) * (0.01 * range), c2 = (0.03 * range) * (0.03 * range);
  return (2 * mean_a * mean_b + c1) * (2 * covariance + c2) /
         ((mean_a * mean_a + mean_b * mean_b + c1) * (variance_a + variance_b + c2));
}

}  // namespace

std::optional<double> ssim(std::span<const double> a, std::span<const double> b, const Shape& shape, double range) {
  const auto image = image_shape(shape);
  if (!image || image->height < 2 || image->width < 2) return {};
  require_equal_sizes("structural similarity", element_count(shape), a.size(), b.size());
  if (!(range > 0)) fail(ErrorKind::usage, "structural similarity needs a positive range, got {}", range);
  const Window window = window_for(*image);
  double sum = 0;
  std::size_t windows = 0;
  for (std::size_t c = 0; c < image->channels; ++c) {
    for (std::size_t i = 0; i + window.side <= image->height; ++i) {
      for (std::size_t j = 0; j + window.side <= image->width; ++j, ++windows) {
        const std::size_t first = (c * image->height + i) * image->width + j;
        sum += window_similarity(&a[first], &b[first], image->width, window, range);
      }
    }
  }
  return sum / static_cast<double>(windows);
}

}  // namespace tacit::attacks
