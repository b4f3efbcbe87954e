#include "datasets/transforms/resize_images.h"

#include <algorithm>

#include "core/error.h"
#include "datasets/transforms/image_shape.h"

namespace tacit::datasets {

namespace {

/// Overlap of new cell `cell` with old pixel `pixel` along one axis, as a share of the new cell, when `from` pixels
/// become `to` cells. In units of 1/(from*to) all edges are integers, so the overlap is exact.
double share(std::size_t cell, std::size_t pixel, std::size_t from, std::size_t to) {
  const std::size_t low = std::max(cell * from, pixel * to);
  const std::size_t high = std::min((cell + 1) * from, (pixel + 1) * to);
  return high > low ? static_cast<double>(high - low) / static_cast<double>(from) : 0.0;
}

/// [to, from] row-major: each row sums to one.
std::vector<double> axis_weights(std::size_t from, std::size_t to) {
  std::vector<double> weights;
  for (std::size_t cell = 0; cell < to; ++cell)
    for (std::size_t pixel = 0; pixel < from; ++pixel) weights.push_back(share(cell, pixel, from, to));
  return weights;
}

}  // namespace

Dataset resize_images(const Dataset& data, std::size_t height, std::size_t width) {
  const auto [channels, old_height, old_width] = image_shape(data, "resized");
  if (height < 1 || height > old_height || width < 1 || width > old_width)
    fail(ErrorKind::usage, "images of {} x {} can be shrunk to at most that size, not to {} x {}", old_height,
         old_width, height, width);

  const std::vector<double> rows = axis_weights(old_height, height), columns = axis_weights(old_width, width);
  Dataset resized = data;
  resized.feature_shape = {data.feature_shape[0], static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)};
  resized.features.clear();
  resized.features.reserve(data.size() * channels * height * width);
  std::vector<double> narrowed(old_height * width);  // one plane after the horizontal pass
  for (std::size_t plane = 0; plane < data.size() * channels; ++plane) {
    const float* pixels = data.features.data() + plane * old_height * old_width;
    for (std::size_t y = 0; y < old_height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        double sum = 0;
        for (std::size_t k = 0; k < old_width; ++k)
          sum += columns[x * old_width + k] * double{pixels[y * old_width + k]};
        narrowed[y * width + x] = sum;
      }
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x) {
        double sum = 0;
        for (std::size_t k = 0; k < old_height; ++k) sum += rows[y * old_height + k] * narrowed[k * width + x];
        // Rounding may lift a mean of equal pixels a hair beyond the bounds they keep.
        resized.features.push_back(std::clamp(static_cast<float>(sum), data.feature_low, data.feature_high));
      }
  }
  return resized;
}

}  // namespace tacit::datasets
