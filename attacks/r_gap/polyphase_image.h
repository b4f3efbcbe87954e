#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <span>
#include <vector>

#include "models/kernels/image_windows.h"

namespace tacit::attacks {

/// How the windows of a convolution read an image, without a list of who sees what: the padded image falls apart into
/// as many phases as the stride has places, pixels of a phase are neighbours in a grid, and an element of the kernel
/// reads one phase, moved by a constant. So the columns that a convolution multiplies are copies of stretches of
/// memory, over a grid that is somewhat wider than the outputs: its places beyond them are kept zero.
class PolyphaseImage {
 public:
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  explicit PolyphaseImage(const models::kernels::ImageWindows& windows);

  /// Pixels of one phase, and the elements of the kernel that read it. Others see nothing of it.
  struct Phase {
    std::size_t offset = 0;                       ///< in a spread image, of the first channel's grid
    std::size_t row = 0, column = 0;              ///< where true pixels begin in the grid
    std::size_t rows = 0, columns = 0;            ///< how many there are
    std::size_t image_row = 0, image_column = 0;  ///< of the first
    std::vector<std::size_t> elements;            ///< of the kernel, ascending
  };
  const std::vector<Phase>& phases() const noexcept { return phases_; }
  std::size_t channels() const noexcept { return windows_.channels; }
  std::size_t elements() const noexcept { return shift_.size(); }  ///< of the kernel
  std::size_t grid_width() const noexcept { return width_; }
  std::size_t plane() const noexcept { return height_ * width_; }                      ///< places of a grid
  std::size_t size() const noexcept { return phases_.size() * channels() * plane(); }  ///< of a spread image
  std::size_t wide_outputs() const noexcept { return wide_; }                          ///< places of a row of outputs
  std::size_t shift(std::size_t element) const { return shift_[element]; }

  /// An image [channels, height, width] as phases [phase, channel, plane] with zeros for padding, and back.
  Eigen::VectorXd spread(std::span<const double> image) const;
  std::vector<double> gathered(const Eigen::VectorXd& spread) const;
  /// Outputs [rows, positions] on the wide grid, and zeros beyond them.
  Matrix widened(std::span<const double> outputs, std::size_t rows) const;
  void clear_beyond_outputs(Eigen::Ref<Matrix> wide) const;

  /// What each element of the kernel sees at each place: [channels * elements, wide_outputs].
  void columns_of(const Eigen::VectorXd& spread, Matrix& columns) const;
  /// The transpose: adds up columns into the pixels they show. Padding stays zero.
  void fold(const Matrix& columns, Eigen::VectorXd& spread) const;

 private:
  models::kernels::ImageWindows windows_;
  std::size_t height_, width_, wide_;
  std::vector<Phase> phases_;
  std::vector<std::size_t> phase_of_, shift_;  ///< of each element of the kernel
};

}  // namespace tacit::attacks
