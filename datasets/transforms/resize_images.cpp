#include "datasets/transforms/resize_images.h"

#include <algorithm>

#include "core/error.h"
#include "datasets/mapped_examples.h"
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

/// One image after the other, plane by plane.
class Shrinking {
 public:
  Shrinking(const ImageShape& from, std::size_t height, std::size_t width, float low, float high)
      : from_(from),
        height_(height),
        width_(width),
        low_(low),
        high_(high),
        rows_(axis_weights(from.height, height)),
        columns_(axis_weights(from.width, width)) {}

  void operator()(std::span<const float> old, std::span<float> made) const {
    std::vector<double> narrowed(from_.height * width_);  // one plane after the horizontal pass
    for (std::size_t plane = 0; plane < from_.channels; ++plane) {
      narrow(old.data() + plane * from_.plane(), narrowed);
      float* to = made.data() + plane * height_ * width_;
      for (std::size_t y = 0; y < height_; ++y)
        for (std::size_t x = 0; x < width_; ++x) {
          double sum = 0;
          for (std::size_t k = 0; k < from_.height; ++k) sum += rows_[y * from_.height + k] * narrowed[k * width_ + x];
          // Rounding may lift a mean of equal pixels a hair beyond the bounds they keep.
          *to++ = std::clamp(static_cast<float>(sum), low_, high_);
        }
    }
  }

 private:
  void narrow(const float* pixels, std::vector<double>& narrowed) const {
    for (std::size_t y = 0; y < from_.height; ++y)
      for (std::size_t x = 0; x < width_; ++x) {
        double sum = 0;
        for (std::size_t k = 0; k < from_.width; ++k)
          sum += columns_[x * from_.width + k] * double{pixels[y * from_.width + k]};
        narrowed[y * width_ + x] = sum;
      }
  }

  ImageShape from_;
  std::size_t height_, width_;
  float low_, high_;
  std::vector<double> rows_, columns_;
};

}  // namespace

Dataset resize_images(Dataset data, std::size_t height, std::size_t width) {
  const ImageShape from = image_shape(data, "resized");
  if (height < 1 || height > from.height || width < 1 || width > from.width)
    fail(ErrorKind::usage, "images of {} x {} can be shrunk to at most that size, not to {} x {}", from.height,
         from.width, height, width);
  Shrinking map(from, height, width, data.feature_low, data.feature_high);
  Shape shape = {data.feature_shape[0], static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)};
  return mapped(std::move(data), std::move(map), std::move(shape));
}

}  // namespace tacit::datasets
