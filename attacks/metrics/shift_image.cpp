#include "attacks/metrics/shift_image.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace tacit::attacks {
namespace {

/// The operator that moves a mirrored signal of n samples by `fraction` of a sample, [n, n]: interpolation by the
/// Dirichlet kernel of its period 2n.
std::vector<double> fractional_shift(std::size_t n, double fraction) {
  const double period = 2 * static_cast<double>(n);
  const auto kernel = [&](double t) {
    const double turns = std::remainder(t, period);
    if (std::abs(turns) < 1e-12) return 1.0;
    return std::sin(std::numbers::pi * turns) / (period * std::tan(std::numbers::pi * turns / period));
  };
  std::vector<double> matrix(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      const double at = static_cast<double>(i) + fraction;
      matrix[i * n + j] = kernel(at - static_cast<double>(j)) + kernel(at - (period - 1 - static_cast<double>(j)));
    }
  }
  return matrix;
}

}  // namespace

ImageShifter::ImageShifter(const ImageShape& shape)
    : shape_(shape), moved_(shape.channels * shape.height * shape.width), other_(moved_.size()) {}

std::span<const double> ImageShifter::shifted(std::span<const double> image, double down, double right) {
  const double whole_down = std::round(down), whole_right = std::round(right);
  move(image, static_cast<std::ptrdiff_t>(whole_down), static_cast<std::ptrdiff_t>(whole_right));
  if (down != whole_down) shift_columns(fractional_shift(shape_.height, down - whole_down));
  if (right != whole_right) shift_rows(fractional_shift(shape_.width, right - whole_right));
  return moved_;
}

void ImageShifter::move(std::span<const double> image, std::ptrdiff_t down, std::ptrdiff_t right) {
  const auto last_row = static_cast<std::ptrdiff_t>(shape_.height) - 1;
  const auto last_column = static_cast<std::ptrdiff_t>(shape_.width) - 1;
  std::size_t out = 0;
  for (std::size_t c = 0; c < shape_.channels; ++c) {
    for (std::ptrdiff_t i = 0; i <= last_row; ++i) {
      const auto row = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i + down, 0, last_row));
      const double* from = &image[(c * shape_.height + row) * shape_.width];
      for (std::ptrdiff_t j = 0; j <= last_column; ++j)
        moved_[out++] = from[std::clamp<std::ptrdiff_t>(j + right, 0, last_column)];
    }
  }
}

void ImageShifter::shift_rows(const std::vector<double>& matrix) {
  const std::size_t n = shape_.width;
  for (std::size_t row = 0; row < moved_.size() / n; ++row) {
    for (std::size_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::size_t k = 0; k < n; ++k) sum += matrix[j * n + k] * moved_[row * n + k];
      other_[row * n + j] = sum;
    }
  }
  moved_.swap(other_);
}

void ImageShifter::shift_columns(const std::vector<double>& matrix) {
  const std::size_t n = shape_.height, width = shape_.width;
  std::fill(other_.begin(), other_.end(), 0.0);
  for (std::size_t c = 0; c < shape_.channels; ++c) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = 0; k < n; ++k) {
        const double weight = matrix[i * n + k];
        const double* from = &moved_[(c * n + k) * width];
        double* to = &other_[(c * n + i) * width];
        for (std::size_t j = 0; j < width; ++j) to[j] += weight * from[j];
      }
    }
  }
  moved_.swap(other_);
}

}  // namespace tacit::attacks
