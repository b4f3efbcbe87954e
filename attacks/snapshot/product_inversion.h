#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/bounds.h"
#include "attacks/snapshot/product_snapshot.h"
#include "attacks/snapshot/snapshot_equations.h"

namespace tacit::attacks {

/// Inputs of a product state from its snapshot, feature by feature (Heredge et al., arXiv 2405.08801, Alg. 4).
///
/// Strings that one feature alone moves are functions of one variable: for a qubit with R_Y(x) a sine and a cosine, for
/// a Fourier tower sines and cosines of all its frequencies, of which the lowest tells the highest apart (ibid., Alg.
/// 3). All of a feature's determined strings together are compared on a grid of its Nyquist rate, every value weighted
/// by how well the gradient determines it; each local minimum is a branch. Branches (x and -x have one cosine) are
/// combined by a beam search over the strings that several features move.
struct ProductInversion {
  Bounds range;                         ///< of each feature
  std::size_t branches = 8;             ///< kept of each feature
  std::size_t beam = 64;                ///< combinations kept
  std::size_t results = 8;              ///< given back, best first
  std::size_t most_points = 4'000'000;  ///< of one feature's grid; Error(configuration) above
};

struct InvertedProduct {
  std::vector<std::vector<double>> inputs;  ///< best first, each [inputs]
  /// Features that no determined string reads alone: their branches are only a grid of starting points.
  std::vector<std::size_t> without_own_strings;
};

InvertedProduct invert_product(ProductSnapshot& map, const SnapshotEquations& equations,
                               std::span<const double> snapshot, const ProductInversion& settings);

}  // namespace tacit::attacks
