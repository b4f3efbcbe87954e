#include "attacks/metrics/registered_psnr.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "attacks/features.h"
#include "attacks/metrics/image_error.h"
#include "attacks/require_equal_sizes.h"

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

/// One image against another at any shift.
class Pair {
 public:
  Pair(std::span<const double> reconstruction, std::span<const double> truth, const ImageShape& shape)
      : reconstruction_(reconstruction), truth_(truth), shape_(shape), moved_(truth.size()), rows_(truth.size()) {}

  double mse(double down, double right) {
    const double whole_down = std::round(down), whole_right = std::round(right);
    move(static_cast<std::ptrdiff_t>(whole_down), static_cast<std::ptrdiff_t>(whole_right));
    if (down != whole_down) shift_columns(fractional_shift(shape_.height, down - whole_down));
    if (right != whole_right) shift_rows(fractional_shift(shape_.width, right - whole_right));
    return mean_squared_error(moved_, truth_);
  }

 private:
  void move(std::ptrdiff_t down, std::ptrdiff_t right) {
    const auto last_row = static_cast<std::ptrdiff_t>(shape_.height) - 1;
    const auto last_column = static_cast<std::ptrdiff_t>(shape_.width) - 1;
    std::size_t out = 0;
    for (std::size_t c = 0; c < shape_.channels; ++c) {
      for (std::ptrdiff_t i = 0; i <= last_row; ++i) {
        const auto row = static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(i + down, 0, last_row));
        const double* from = &reconstruction_[(c * shape_.height + row) * shape_.width];
        for (std::ptrdiff_t j = 0; j <= last_column; ++j)
          moved_[out++] = from[std::clamp<std::ptrdiff_t>(j + right, 0, last_column)];
      }
    }
  }

  void shift_rows(const std::vector<double>& matrix) {
    const std::size_t n = shape_.width;
    for (std::size_t row = 0; row < moved_.size() / n; ++row) {
      for (std::size_t j = 0; j < n; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < n; ++k) sum += matrix[j * n + k] * moved_[row * n + k];
        rows_[row * n + j] = sum;
      }
    }
    moved_.swap(rows_);
  }

  void shift_columns(const std::vector<double>& matrix) {
    const std::size_t n = shape_.height, width = shape_.width;
    std::fill(rows_.begin(), rows_.end(), 0.0);
    for (std::size_t c = 0; c < shape_.channels; ++c) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < n; ++k) {
          const double weight = matrix[i * n + k];
          const double* from = &moved_[(c * n + k) * width];
          double* to = &rows_[(c * n + i) * width];
          for (std::size_t j = 0; j < width; ++j) to[j] += weight * from[j];
        }
      }
    }
    moved_.swap(rows_);
  }

  std::span<const double> reconstruction_, truth_;
  ImageShape shape_;
  std::vector<double> moved_, rows_;
};

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
  Pair pair(reconstruction, truth, *image);
  Best best;
  best.take(pair.mse(0, 0), 0, 0);  // first, so that a shift must be better to be taken
  const std::size_t side = std::min(image->height, image->width);
  const auto most = static_cast<int>(std::clamp<std::size_t>(side / 8, 1, 8));
  for (int down = -most; down <= most; ++down)
    for (int right = -most; right <= most; ++right) best.take(pair.mse(down, right), down, right);
  for (const double step : {0.5, 0.25, 0.125}) {
    if (best.mse == 0) break;
    const double down = best.down, right = best.right;
    for (const double d : {-step, 0.0, step})
      for (const double r : {-step, 0.0, step})
        if (d != 0 || r != 0) best.take(pair.mse(down + d, right + r), down + d, right + r);
  }
  return Registration{psnr(best.mse, range), best.down, best.right};
}

}  // namespace tacit::attacks
