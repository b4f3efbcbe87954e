#pragma once

#include <vector>

#include "models/kernels/image_planes.h"
#include "models/kernels/linear_combinations.h"

namespace tacit::models::kernels {

/// The three products of a convolution from `windows.channels` channels to `outputs`, as linear combinations of what
/// lies in planes (image_planes.h). With K = kernel height x kernel width and W [outputs, channels K] the weights:
///
///   outputs          Y[o, p] = sum_k W[o, k] X[place(k) + p], p a position in rows as wide as a plane;
///   image gradient   dX[c, q] = sum_{o, k} W[o, c, k] U[o, q - shift(k)], for each phase of the stride over its k;
///   weight gradient  dW^T[k, o] = sum_p X[place(k) + p] U^T[p, o], p a true position;
///
/// with U [outputs, plane] the upstream gradient in rows as wide as a plane, zero beyond the last position, after
/// margin() zeros.
struct ConvolutionTerms {
  ConvolutionTerms(const ImageWindows& windows, std::size_t outputs);

  ImagePlanes planes;
  std::size_t outputs, depth;  ///< depth = channels K
  /// Elements of the kernel in one row that share a phase lie `tap_step` apart, and `place_step` in their plane.
  std::ptrdiff_t tap_step, place_step;

  std::vector<Terms> forward;          ///< a: element of W's row; b: in the planes of X
  std::vector<std::size_t> places;     ///< [depth]
  std::vector<Terms> weight_gradient;  ///< a: position in a plane; b: row of U^T times transposed_width()

  struct Phase {
    std::size_t vertical, horizontal;
    Inside rows;               ///< of the plane, with pixels
    std::vector<Terms> terms;  ///< a: element of W from W[0, c, 0] on; b: in U, margin included
  };
  std::vector<Phase> phases;

  std::size_t margin() const { return planes.shift(planes.windows.kernel[0] - 1, planes.windows.kernel[1] - 1); }
  std::size_t upstream_size() const { return margin() + outputs * planes.plane(); }
  /// Columns of U^T and of dW^T: the outputs, up to a multiple of 64 bytes.
  std::size_t transposed_width() const { return whole_lines(outputs); }
  /// `count` up to the next multiple of 64 bytes in either precision.
  static std::size_t whole_lines(std::size_t count) { return (count + 15) / 16 * 16; }
};

}  // namespace tacit::models::kernels
