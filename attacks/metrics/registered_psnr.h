#pragma once

#include <optional>
#include <span>

#include "core/parameters.h"

namespace tacit::attacks {

/// How a reconstruction was moved to lie best on the true image, in pixels.
struct Registration {
  double psnr = 0;  ///< decibel, at this shift; infinite if exact, minus infinity if the reconstruction is not finite
  double down = 0, right = 0;  ///< the true image is where the reconstruction is, moved by this
};

/// The best peak signal-to-noise ratio of one image against one image over translations of the reconstruction by up to
/// an eighth of the shorter side (at least one pixel, at most 8), in steps of an eighth of a pixel: a reconstruction
/// that is right but for a small shift is as much a leak as one in place. Whole pixels are searched exhaustively, the
/// rest by halving steps around the best. Pixels beyond the border repeat it; fractions of a pixel shift by the
/// periodic sinc of the mirrored image, which, unlike linear interpolation, does not smooth and so does not reward
/// noise. Never below the plain ratio. Nothing if the shape is no image.
std::optional<Registration> registered_psnr(std::span<const double> reconstruction, std::span<const double> truth,
                                            const Shape& shape, double range);

}  // namespace tacit::attacks
