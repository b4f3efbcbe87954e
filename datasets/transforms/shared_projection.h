#pragma once

#include <filesystem>
#include <vector>

#include "datasets/transforms/moments.h"

namespace tacit::datasets {

/// A projection that several parties apply to data they do not share: with the interval that each component is mapped
/// from, so that nobody scales by examples of its own.
struct SharedProjection {
  Projection projection;
  std::vector<double> low, high;  ///< [components], low below high

  /// Projected, each component mapped from [low, high] to [0, 1] and clamped there. Throws Error(usage) if the number
  /// of features differs.
  Dataset apply(Dataset data) const;
};

/// Principal components with the interval of three deviations around the mean. With `standardise` each feature is first
/// divided by its deviation (components of the correlation matrix; a constant feature counts nothing), which data of
/// different units want. Throws Error(usage) unless 1 <= components <= min(features, examples), or if a component has
/// no variance.
SharedProjection shared_components(const Moments& moments, std::size_t components, bool standardise);

/// As .npz with the float64 arrays mean, weights, low, high. Reading throws Error(data) on anything else.
void write_projection(const std::filesystem::path& file, const SharedProjection& shared);
SharedProjection read_projection(const std::filesystem::path& file);

}  // namespace tacit::datasets
