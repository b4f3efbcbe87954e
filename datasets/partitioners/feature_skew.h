#pragma once

#include <cstddef>
#include <cstdint>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Clients that see the same things differently: of `clients` clients, client i turns its images by i / clients of
/// `rotation` and adds noise of i / (clients - 1) of `noise` (Li et al., ICDE 2022, "feature skew").
struct FeatureSkew {
  double rotation = 0;  ///< degrees, counter-clockwise; images only
  double noise = 0;     ///< standard deviation of Gaussian noise, in units of the bounds' distance

  bool is_none() const noexcept { return rotation == 0 && noise == 0; }
};

/// The client's examples as that client sees them. Rotation is about the middle of the image, bilinear, what comes in
/// from outside is the lower bound; noisy values are clamped to the bounds. Noise is drawn from RandomKey{seed,
/// partition, 5, client}. Throws Error(usage) on a rotation of features that are no images.
Dataset skew_features(Dataset data, const FeatureSkew& skew, std::size_t client, std::size_t clients,
                      std::uint64_t seed);

}  // namespace tacit::datasets
