#include "datasets/transforms/standardise.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace tacit::datasets {

Standardiser::Standardiser(const Dataset& training) {
  if (training.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to standardise by", training.name);
  const std::size_t width = training.feature_size();
  const auto count = static_cast<double>(training.size());
  means_.resize(width);
  deviations_.resize(width);
  for (std::size_t k = 0; k < training.features.size(); ++k) means_[k % width] += double{training.features[k]} / count;
  // Around the mean: the difference of two large sums would lose what small deviations there are.
  for (std::size_t k = 0; k < training.features.size(); ++k)
    deviations_[k % width] += std::pow(double{training.features[k]} - means_[k % width], 2) / count;
  for (double& deviation : deviations_) deviation = std::sqrt(deviation);
  low_ = high_ = standardised(training.features.front(), 0);
  for (std::size_t k = 0; k < training.features.size(); ++k) {
    const float value = standardised(training.features[k], k % width);
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
}

float Standardiser::standardised(float value, std::size_t feature) const {
  if (deviations_[feature] == 0) return 0;
  return static_cast<float>((double{value} - means_[feature]) / deviations_[feature]);
}

Dataset Standardiser::apply(Dataset data) const {
  if (data.feature_size() != means_.size())
    fail(ErrorKind::usage, "data set '{}' has {} features, means are known for {}", data.name, data.feature_size(),
         means_.size());
  for (std::size_t k = 0; k < data.features.size(); ++k)
    data.features[k] = std::clamp(standardised(data.features[k], k % means_.size()), low_, high_);
  data.feature_low = low_;
  data.feature_high = high_;
  return data;
}

}  // namespace tacit::datasets
