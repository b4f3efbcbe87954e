#include "datasets/transforms/standardise.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "datasets/mapped_examples.h"

namespace tacit::datasets {

Standardiser::Standardiser(const Dataset& training) {
  if (training.size() == 0) fail(ErrorKind::usage, "data set '{}' has no example to standardise by", training.name);
  const std::size_t width = training.feature_size();
  means_.resize(width);
  deviations_.resize(width);
  std::vector<float> lows(width, std::numeric_limits<float>::infinity());
  std::vector<float> highs(width, -std::numeric_limits<float>::infinity());
  // One pass, however large the data, by Welford's recurrence (1962): no difference of large sums is taken.
  double count = 0;
  for_each_example(training, [&](std::span<const float> row) {
    ++count;
    for (std::size_t j = 0; j < width; ++j) {
      const double apart = double{row[j]} - means_[j];
      means_[j] += apart / count;
      deviations_[j] += apart * (double{row[j]} - means_[j]);
      lows[j] = std::min(lows[j], row[j]);
      highs[j] = std::max(highs[j], row[j]);
    }
  });
  for (std::size_t j = 0; j < width; ++j) deviations_[j] = lows[j] < highs[j] ? std::sqrt(deviations_[j] / count) : 0;
  // The map rises, so each feature's extremes stay its extremes.
  low_ = standardised(lows[0], 0);
  high_ = standardised(highs[0], 0);
  for (std::size_t j = 1; j < width; ++j) {
    low_ = std::min(low_, standardised(lows[j], j));
    high_ = std::max(high_, standardised(highs[j], j));
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
  data = mapped(std::move(data), [scaler = *this](std::span<const float> old, std::span<float> made) {
    for (std::size_t j = 0; j < old.size(); ++j)
      made[j] = std::clamp(scaler.standardised(old[j], j), scaler.low_, scaler.high_);
  });
  data.feature_low = low_;
  data.feature_high = high_;
  return data;
}

}  // namespace tacit::datasets
