#include "datasets/partitioners/feature_skew.h"

#include <algorithm>

#include "core/random.h"
#include "datasets/transforms/rotate_images.h"

namespace tacit::datasets {

namespace {

void add_noise(Dataset& data, double deviation, RandomStream stream) {
  const double distance = double{data.feature_high} - double{data.feature_low};
  for (float& value : data.features)
    value = std::clamp(static_cast<float>(double{value} + deviation * distance * stream.normal()), data.feature_low,
                       data.feature_high);
}

}  // namespace

Dataset skew_features(Dataset data, const FeatureSkew& skew, std::size_t client, std::size_t clients,
                      std::uint64_t seed) {
  const auto index = static_cast<double>(client);
  if (skew.rotation != 0) data = rotate_images(std::move(data), skew.rotation * index / static_cast<double>(clients));
  if (skew.noise != 0 && clients > 1)
    add_noise(data, skew.noise * index / static_cast<double>(clients - 1),
              RandomStream({seed, Purpose::partition, 5, static_cast<std::uint32_t>(client)}));
  return data;
}

}  // namespace tacit::datasets
