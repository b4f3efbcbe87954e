#pragma once

#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Per-feature bounds of tabular data, learned from a training part.
class MinMaxScaler {
 public:
  /// Throws Error(usage) on a data set without examples.
  explicit MinMaxScaler(const Dataset& training);

  /// Each feature mapped from its training extremes to [0, 1], which become the bounds of the data set. Values of other
  /// examples beyond the training extremes are clamped, so the bounds hold by construction; a feature that is constant
  /// in training becomes 0. Throws Error(usage) if the number of features differs.
  Dataset apply(Dataset data) const;

 private:
  std::vector<float> low_, high_;  ///< [features]
};

}  // namespace tacit::datasets
