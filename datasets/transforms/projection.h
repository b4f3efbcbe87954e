#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// An affine map of the flat features to fewer ones: y = W (x - mean).
struct Projection {
  std::vector<double> mean;     ///< [features]
  std::vector<double> weights;  ///< [components, features], row-major

  std::size_t components() const noexcept { return mean.empty() ? 0 : weights.size() / mean.size(); }
  /// The data set with the projected features, of shape [components]; its bounds are the extremes they reach. Throws
  /// Error(usage) if the number of features differs.
  Dataset apply(Dataset data) const;
  /// The same for who finds bounds otherwise: they stay as they were, which saves a pass over the data.
  Dataset project(Dataset data) const;
};

/// The directions of largest variance of a training part (principal component analysis, Pearson 1901), largest first,
/// each with its component of largest magnitude positive, so that they do not depend on the solver. Throws Error(usage)
/// unless 1 <= components <= min(features, examples).
Projection principal_components(const Dataset& training, std::size_t components);

/// Weights normal with variance 1 / components, mean zero: keeps distances in expectation (Johnson and Lindenstrauss
/// 1984). Drawn from RandomKey{seed, data_split, 1}. Knows nothing of the data, so clients can share it. Throws
/// Error(usage) unless 1 <= components <= features.
Projection random_projection(std::size_t features, std::size_t components, std::uint64_t seed);

}  // namespace tacit::datasets
