#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "attacks/features.h"
#include "attacks/metrics/random_feature_map.h"
#include "datasets/dataset.h"

namespace tacit::attacks {

/// Whether a reconstruction betrays whose example it is (image identifiability precision, Yin et al., CVPR 2021,
/// arXiv 2104.07586): among all examples of the true one's class in a data set, is the true one the nearest? It
/// measures identity, not sharpness. A tie with an example that differs from the true one counts as not identified, so
/// do values that are not finite. May be asked from several threads.
class Identifiability {
 public:
  /// The data must outlive it. `features` as in score.h.
  Identifiability(const datasets::Dataset& data, Features features);

  /// By the mean squared distance of features, circular for angles. Nothing if no other example of the class differs
  /// from the true one.
  std::optional<bool> by_inputs(std::span<const double> reconstruction, std::span<const double> truth,
                                std::int32_t label) const;
  /// In the space of RandomFeatureMap. Angles are taken modulo 2 pi as they are nearest to the middle of their bounds.
  std::optional<bool> by_random_features(std::span<const double> reconstruction, std::span<const double> truth,
                                         std::int32_t label) const;

 private:
  using Points = std::vector<std::vector<double>>;
  std::vector<double> described(std::span<const double> example) const;
  const Points& described_class(std::int32_t label) const;

  Features features_;
  RandomFeatureMap map_;
  std::map<std::int32_t, Points> by_class_;
  mutable std::mutex mutex_;
  mutable std::map<std::int32_t, Points> described_by_class_;  ///< made when first asked for: whole classes are dear
};

}  // namespace tacit::attacks
