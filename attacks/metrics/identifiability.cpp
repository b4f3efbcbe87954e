#include "attacks/metrics/identifiability.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "attacks/metrics/circular_distance.h"
#include "attacks/metrics/image_error.h"
#include "attacks/require_equal_sizes.h"

namespace tacit::attacks {
namespace {

bool all_finite(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); });
}

/// `distance` between the reconstruction and a point.
template <class Distance>
std::optional<bool> nearest_is_truth(const std::vector<std::vector<double>>& candidates, std::span<const double> truth,
                                     bool finite, const Distance& distance) {
  bool anybody_else = false, nearer = false;
  const double to_truth = finite ? distance(truth) : 0;
  for (const std::vector<double>& candidate : candidates) {
    if (std::equal(candidate.begin(), candidate.end(), truth.begin(), truth.end())) continue;
    anybody_else = true;
    if (finite && !nearer) nearer = !(distance(candidate) > to_truth);
  }
  return anybody_else ? std::optional(finite && !nearer) : std::nullopt;
}

}  // namespace

Identifiability::Identifiability(const datasets::Dataset& data, Features features)
    : features_(std::move(features)), map_(features_) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    const auto example = data.example(i);
    by_class_[data.labels[i]].emplace_back(example.begin(), example.end());
  }
}

std::optional<bool> Identifiability::by_inputs(std::span<const double> reconstruction, std::span<const double> truth,
                                               std::int32_t label) const {
  require_equal_sizes("identifiability", features_.size(), reconstruction.size(), truth.size());
  const auto found = by_class_.find(label);
  if (found == by_class_.end()) return {};
  return nearest_is_truth(found->second, truth, all_finite(reconstruction), [&](std::span<const double> point) {
    return features_.angles ? mean_squared_circular_distance(reconstruction, point)
                            : mean_squared_error(reconstruction, point);
  });
}

std::vector<double> Identifiability::described(std::span<const double> example) const {
  if (!features_.angles) return map_.of(example);
  const double middle = features_.bounds ? features_.bounds->middle() : 0;
  std::vector<double> turned(example.begin(), example.end());
  for (double& angle : turned) angle = middle + std::remainder(angle - middle, 2 * std::numbers::pi);
  return map_.of(turned);
}

const Identifiability::Points& Identifiability::described_class(std::int32_t label) const {
  const std::lock_guard lock(mutex_);
  const auto [entry, made] = described_by_class_.try_emplace(label);
  if (made)
    for (const std::vector<double>& example : by_class_.at(label)) entry->second.push_back(described(example));
  return entry->second;
}

std::optional<bool> Identifiability::by_random_features(std::span<const double> reconstruction,
                                                        std::span<const double> truth, std::int32_t label) const {
  require_equal_sizes("identifiability", features_.size(), reconstruction.size(), truth.size());
  if (!by_class_.contains(label)) return {};
  const bool finite = all_finite(reconstruction);
  const std::vector<double> here = finite ? described(reconstruction) : std::vector<double>();
  return nearest_is_truth(described_class(label), described(truth), finite,
                          [&](std::span<const double> point) { return mean_squared_error(here, point); });
}

}  // namespace tacit::attacks
