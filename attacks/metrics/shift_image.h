#pragma once

#include <span>
#include <vector>

#include "attacks/features.h"

namespace tacit::attacks {

/// Moves images of one shape. Pixels beyond the border repeat it; fractions of a pixel shift by the periodic sinc of
/// the mirrored image, which, unlike linear interpolation, does not smooth. Not for several threads at once.
class ImageShifter {
 public:
  explicit ImageShifter(const ImageShape& shape);
  /// The image [channels, height, width] whose pixel (i, j) is pixel (i + down, j + right) of `image`. Valid until the
  /// next call.
  std::span<const double> shifted(std::span<const double> image, double down, double right);

 private:
  void move(std::span<const double> image, std::ptrdiff_t down, std::ptrdiff_t right);
  void shift_rows(const std::vector<double>& matrix);
  void shift_columns(const std::vector<double>& matrix);

  ImageShape shape_;
  std::vector<double> moved_, other_;
};

}  // namespace tacit::attacks
