#include "datasets/transforms/min_max.h"

#include <algorithm>

#include "core/error.h"

namespace tacit::datasets {

MinMaxScaler::MinMaxScaler(const Dataset& training) {
  if (training.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to take bounds from", training.name);
  const auto first = training.example(0);
  low_.assign(first.begin(), first.end());
  high_ = low_;
  for (std::size_t i = 1; i < training.size(); ++i) {
    const auto row = training.example(i);
    for (std::size_t j = 0; j < row.size(); ++j) {
      low_[j] = std::min(low_[j], row[j]);
      high_[j] = std::max(high_[j], row[j]);
    }
  }
}

Dataset MinMaxScaler::apply(Dataset data) const {
  const std::size_t width = low_.size();
  if (data.feature_size() != width)
    fail(ErrorKind::usage, "data set '{}' has {} features, bounds are known for {}", data.name, data.feature_size(),
         width);
  for (std::size_t k = 0; k < data.features.size(); ++k) {
    const double low = low_[k % width], high = high_[k % width];
    float& feature = data.features[k];
    feature = high > low ? std::clamp(static_cast<float>((double{feature} - low) / (high - low)), 0.0f, 1.0f) : 0.0f;
  }
  data.feature_low = 0;
  data.feature_high = 1;
  return data;
}

}  // namespace tacit::datasets
