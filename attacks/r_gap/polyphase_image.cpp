#include "attacks/r_gap/polyphase_image.h"

#include <algorithm>

namespace tacit::attacks {
namespace {

using Index = Eigen::Index;

struct Stretch {
  std::size_t begin, length, first;  ///< in the grid; the pixel of the image that it begins with
};

/// The true pixels of one phase along an axis.
Stretch stretch_of(const models::kernels::ImageWindows& windows, std::size_t axis, std::size_t phase) {
  const std::size_t stride = windows.stride[axis], padding = windows.padding[axis];
  const std::size_t begin = padding > phase ? (padding - phase + stride - 1) / stride : 0;
  const std::size_t first = begin * stride + phase - padding;
  return {begin, first < windows.image[axis] ? (windows.image[axis] - first - 1) / stride + 1 : 0, first};
}

}  // namespace

PolyphaseImage::PolyphaseImage(const models::kernels::ImageWindows& windows)
    : windows_(windows),
      height_((windows.image[0] + 2 * windows.padding[0] - 1) / windows.stride[0] + 1),
      width_((windows.image[1] + 2 * windows.padding[1] - 1) / windows.stride[1] + 1),
      wide_((windows.positions(0) - 1) * width_ + windows.positions(1)),
      phase_of_(windows.kernel[0] * windows.kernel[1]),
      shift_(phase_of_.size()) {
  for (std::size_t a = 0; a < windows.stride[0]; ++a)
    for (std::size_t b = 0; b < windows.stride[1]; ++b) {
      const Stretch down = stretch_of(windows, 0, a), across = stretch_of(windows, 1, b);
      phases_.push_back({phases_.size() * channels() * plane(),
                         down.begin,
                         across.begin,
                         down.length,
                         across.length,
                         down.first,
                         across.first,
                         {}});
    }
  for (std::size_t e = 0; e < shift_.size(); ++e) {
    const std::size_t down = e / windows.kernel[1] * windows.dilation[0];
    const std::size_t across = e % windows.kernel[1] * windows.dilation[1];
    phase_of_[e] = down % windows.stride[0] * windows.stride[1] + across % windows.stride[1];
    shift_[e] = down / windows.stride[0] * width_ + across / windows.stride[1];
    phases_[phase_of_[e]].elements.push_back(e);
  }
}

Eigen::VectorXd PolyphaseImage::spread(std::span<const double> image) const {
  Eigen::VectorXd result = Eigen::VectorXd::Zero(static_cast<Index>(size()));
  const std::size_t pixels = windows_.image[0] * windows_.image[1];
  for (const Phase& phase : phases_)
    for (std::size_t c = 0; c < channels(); ++c)
      for (std::size_t r = 0; r < phase.rows; ++r) {
        const double* from = &image[c * pixels + (phase.image_row + r * windows_.stride[0]) * windows_.image[1]];
        double* to = result.data() + phase.offset + c * plane() + (phase.row + r) * width_ + phase.column;
        for (std::size_t q = 0; q < phase.columns; ++q) to[q] = from[phase.image_column + q * windows_.stride[1]];
      }
  return result;
}

std::vector<double> PolyphaseImage::gathered(const Eigen::VectorXd& spread) const {
  std::vector<double> image(windows_.image_size());
  const std::size_t pixels = windows_.image[0] * windows_.image[1];
  for (const Phase& phase : phases_)
    for (std::size_t c = 0; c < channels(); ++c)
      for (std::size_t r = 0; r < phase.rows; ++r) {
        const double* from = spread.data() + phase.offset + c * plane() + (phase.row + r) * width_ + phase.column;
        double* to = &image[c * pixels + (phase.image_row + r * windows_.stride[0]) * windows_.image[1]];
        for (std::size_t q = 0; q < phase.columns; ++q) to[phase.image_column + q * windows_.stride[1]] = from[q];
      }
  return image;
}

PolyphaseImage::Matrix PolyphaseImage::widened(std::span<const double> outputs, std::size_t rows) const {
  const std::size_t down = windows_.positions(0), across = windows_.positions(1);
  Matrix wide = Matrix::Zero(static_cast<Index>(rows), static_cast<Index>(wide_));
  for (std::size_t o = 0; o < rows; ++o)
    for (std::size_t r = 0; r < down; ++r)
      std::copy_n(&outputs[(o * down + r) * across], across, wide.data() + o * wide_ + r * width_);
  return wide;
}

void PolyphaseImage::clear_beyond_outputs(Eigen::Ref<Matrix> wide) const {
  const auto across = static_cast<Index>(windows_.positions(1)), width = static_cast<Index>(width_);
  for (Index o = 0; o < wide.rows(); ++o)
    for (Index at = across; at < wide.cols(); at += width) wide.row(o).segment(at, width - across).setZero();
}

void PolyphaseImage::columns_of(const Eigen::VectorXd& spread, Matrix& columns) const {
  double* to = columns.data();
  for (std::size_t c = 0; c < channels(); ++c)
    for (std::size_t e = 0; e < shift_.size(); ++e, to += wide_)
      std::copy_n(spread.data() + phases_[phase_of_[e]].offset + c * plane() + shift_[e], wide_, to);
}

void PolyphaseImage::fold(const Matrix& columns, Eigen::VectorXd& spread) const {
  spread.setZero();
  const auto wide = static_cast<Index>(wide_);
  for (std::size_t c = 0; c < channels(); ++c)
    for (std::size_t e = 0; e < shift_.size(); ++e)
      spread.segment(static_cast<Index>(phases_[phase_of_[e]].offset + c * plane() + shift_[e]), wide) +=
          columns.row(static_cast<Index>(c * shift_.size() + e)).transpose();
  for (const Phase& phase : phases_)
    for (std::size_t c = 0; c < channels(); ++c) {
      double* grid = spread.data() + phase.offset + c * plane();
      std::fill(grid, grid + phase.row * width_, 0.0);
      std::fill(grid + (phase.row + phase.rows) * width_, grid + plane(), 0.0);
      for (std::size_t r = phase.row; r < phase.row + phase.rows; ++r) {
        std::fill_n(grid + r * width_, phase.column, 0.0);
        std::fill(grid + r * width_ + phase.column + phase.columns, grid + (r + 1) * width_, 0.0);
      }
    }
}

}  // namespace tacit::attacks
