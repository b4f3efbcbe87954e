#include "attacks/metrics/random_feature_map.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace tacit::attacks {
namespace {

constexpr std::size_t filters = 16, grid = 4, half_spaces = 256;

}  // namespace

RandomFeatureMap::RandomFeatureMap(Features features)
    : features_(std::move(features)), image_(image_shape(features_.shape)) {
  RandomStream random({0, Purpose::random_features, 0, 0});
  // Below 2 x 2 there is no pattern that a filter could tell.
  if (image_ && std::min(image_->height, image_->width) < 2) image_.reset();
  if (image_) {
    kernel_ = std::min<std::size_t>({5, image_->height, image_->width});
    size_ = filters * grid * grid;
    weights_.resize(filters * image_->channels * kernel_ * kernel_);
    for (double& weight : weights_) weight = random.normal();
    const std::size_t area = kernel_ * kernel_;
    for (std::size_t start = 0; start < weights_.size(); start += area) {
      double mean = 0;
      for (std::size_t k = 0; k < area; ++k) mean += weights_[start + k] / static_cast<double>(area);
      for (std::size_t k = 0; k < area; ++k) weights_[start + k] -= mean;
    }
    return;
  }
  size_ = half_spaces;
  weights_.resize(half_spaces * features_.size());
  biases_.resize(half_spaces);
  for (double& weight : weights_) weight = random.normal();
  for (double& bias : biases_) bias = random.normal();
}

std::vector<double> RandomFeatureMap::of(std::span<const double> example) const {
  return image_ ? of_image(example) : of_numbers(example);
}

std::vector<double> RandomFeatureMap::of_image(std::span<const double> example) const {
  const std::size_t rows = image_->height - kernel_ + 1, columns = image_->width - kernel_ + 1;
  std::vector<double> result(size_), counts(grid * grid);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) counts[i * grid / rows * grid + j * grid / columns] += 1;
  for (std::size_t f = 0; f < filters; ++f) {
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        double sum = 0;
        for (std::size_t c = 0; c < image_->channels; ++c) {
          const double* weight = &weights_[(f * image_->channels + c) * kernel_ * kernel_];
          for (std::size_t y = 0; y < kernel_; ++y) {
            const double* pixel = &example[(c * image_->height + i + y) * image_->width + j];
            for (std::size_t x = 0; x < kernel_; ++x) sum += weight[y * kernel_ + x] * pixel[x];
          }
        }
        const std::size_t cell = i * grid / rows * grid + j * grid / columns;
        result[f * grid * grid + cell] += std::abs(sum) / counts[cell];
      }
    }
  }
  return result;
}

std::vector<double> RandomFeatureMap::of_numbers(std::span<const double> example) const {
  const std::size_t n = features_.size();
  const double middle = features_.bounds ? features_.bounds->middle() : 0;
  // Sums of n features of this spread have the spread of the biases.
  const double scale = (features_.bounds ? 2 / features_.bounds->width() : 1) / std::sqrt(static_cast<double>(n));
  std::vector<double> result(size_);
  for (std::size_t k = 0; k < size_; ++k) {
    double sum = biases_[k];
    for (std::size_t j = 0; j < n; ++j) sum += weights_[k * n + j] * scale * (example[j] - middle);
    result[k] = std::max(0.0, sum);
  }
  return result;
}

}  // namespace tacit::attacks
