#include "datasets/transforms/rotate_images.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "datasets/mapped_examples.h"
#include "datasets/transforms/image_shape.h"

namespace tacit::datasets {

namespace {

/// Where each pixel of the turned image comes from: the nearest pixel up and left of the point, and how far beyond it.
struct Origin {
  std::ptrdiff_t row, column;
  double down, right;
};

std::vector<Origin> origins(const ImageShape& shape, double degrees) {
  const double angle = degrees * std::numbers::pi / 180, cosine = std::cos(angle), sine = std::sin(angle);
  const double middle_row = (static_cast<double>(shape.height) - 1) / 2;
  const double middle_column = (static_cast<double>(shape.width) - 1) / 2;
  std::vector<Origin> all;
  for (std::size_t row = 0; row < shape.height; ++row)
    for (std::size_t column = 0; column < shape.width; ++column) {
      // Rows count downwards, so counter-clockwise to the eye is this way round.
      const double y = static_cast<double>(row) - middle_row, x = static_cast<double>(column) - middle_column;
      const double from_row = middle_row + cosine * y + sine * x, from_column = middle_column - sine * y + cosine * x;
      const double top = std::floor(from_row), left = std::floor(from_column);
      all.push_back(
          {static_cast<std::ptrdiff_t>(top), static_cast<std::ptrdiff_t>(left), from_row - top, from_column - left});
    }
  return all;
}

}  // namespace

Dataset rotate_images(Dataset data, double degrees) {
  const ImageShape shape = image_shape(data, "rotated");
  ExampleMap map = [shape, from = origins(shape, degrees), low = data.feature_low, high = data.feature_high](
                       std::span<const float> old, std::span<float> made) {
    for (std::size_t begin = 0; begin < old.size(); begin += shape.plane()) {
      const auto pixel = [&](std::ptrdiff_t row, std::ptrdiff_t column) {
        const bool inside = row >= 0 && column >= 0 && row < static_cast<std::ptrdiff_t>(shape.height) &&
                            column < static_cast<std::ptrdiff_t>(shape.width);
        const auto place = static_cast<std::size_t>(row) * shape.width + static_cast<std::size_t>(column);
        return double{inside ? old[begin + place] : low};
      };
      for (std::size_t i = 0; i < from.size(); ++i) {
        const auto [row, column, down, right] = from[i];
        const double top = std::lerp(pixel(row, column), pixel(row, column + 1), right);
        const double bottom = std::lerp(pixel(row + 1, column), pixel(row + 1, column + 1), right);
        // Rounding may lift a mean of equal pixels a hair beyond the bounds they keep.
        made[begin + i] = std::clamp(static_cast<float>(std::lerp(top, bottom, down)), low, high);
      }
    }
  };
  return mapped(std::move(data), std::move(map));
}

}  // namespace tacit::datasets
