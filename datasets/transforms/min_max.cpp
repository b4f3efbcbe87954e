#include "datasets/transforms/min_max.h"

#include <algorithm>
#include <limits>

#include "core/error.h"
#include "datasets/mapped_examples.h"

namespace tacit::datasets {

MinMaxScaler::MinMaxScaler(const Dataset& training) {
  if (training.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to take bounds from", training.name);
  low_.assign(training.feature_size(), std::numeric_limits<float>::infinity());
  high_.assign(training.feature_size(), -std::numeric_limits<float>::infinity());
  for_each_example(training, [&](std::span<const float> row) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      low_[j] = std::min(low_[j], row[j]);
      high_[j] = std::max(high_[j], row[j]);
    }
  });
}

Dataset MinMaxScaler::apply(Dataset data) const {
  const std::size_t width = low_.size();
  if (data.feature_size() != width)
    fail(ErrorKind::usage, "data set '{}' has {} features, bounds are known for {}", data.name, data.feature_size(),
         width);
  data = mapped(std::move(data), [lows = low_, highs = high_](std::span<const float> old, std::span<float> made) {
    for (std::size_t j = 0; j < old.size(); ++j) {
      const double low = lows[j], high = highs[j];
      made[j] = high > low ? std::clamp(static_cast<float>((double{old[j]} - low) / (high - low)), 0.0f, 1.0f) : 0.0f;
    }
  });
  data.feature_low = 0;
  data.feature_high = 1;
  return data;
}

}  // namespace tacit::datasets
