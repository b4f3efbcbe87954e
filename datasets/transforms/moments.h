#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "datasets/dataset.h"
#include "datasets/transforms/projection.h"

namespace tacit::datasets {

/// All that principal components need to know of a set of examples, and all that a party tells of its own when they are
/// found federatedly: how many, their mean, and their scatter around it. That is a lot: the exact mean and covariance
/// of the party's features. Of a party with one or two examples they are the examples themselves; of more, the centred
/// examples up to an orthogonal mixture, which knowledge of the features (whole numbers, bounds) may undo.
struct Moments {
  std::uint64_t examples = 0;
  std::vector<double> mean;     ///< [features]
  std::vector<double> scatter;  ///< [features, features]: sum over examples of (x - mean) (x - mean)^T
};

/// Throws Error(usage) on a data set without examples.
Moments moments_of(const Dataset& data);

/// Moments of the examples of all parties together, by the pairwise update of Chan, Golub and LeVeque (1979), in the
/// order given: those of the pooled examples but for rounding, and no difference of large sums is taken. Throws
/// Error(usage) without parties, and on parties whose numbers of features differ.
Moments merged(std::span<const Moments> parties);

/// As principal_components(training, components) in projection.h, of the examples behind the moments.
Projection principal_components(const Moments& moments, std::size_t components);

/// As .npz with the float64 arrays examples [1], mean and scatter. Reading throws Error(data) on anything else: other
/// shapes, values that are not finite, a scatter that is not symmetric or has a negative diagonal, no example.
void write_moments(const std::filesystem::path& file, const Moments& moments);
Moments read_moments(const std::filesystem::path& file);

}  // namespace tacit::datasets
