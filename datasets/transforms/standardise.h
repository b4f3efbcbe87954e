#pragma once

#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Per-feature mean and standard deviation, learned from a training part.
class Standardiser {
 public:
  /// Throws Error(usage) on a data set without examples.
  explicit Standardiser(const Dataset& training);

  /// Each feature less its mean, over its deviation (of the training part, divided by the number of examples); one that
  /// is constant in training becomes 0. The bounds become the extremes that the training part reaches, and other values
  /// are clamped to them, so they hold by construction. Throws Error(usage) if the number of features differs.
  Dataset apply(Dataset data) const;

 private:
  float standardised(float value, std::size_t feature) const;

  std::vector<double> means_, deviations_;  ///< [features]
  float low_ = 0, high_ = 0;
};

}  // namespace tacit::datasets
