#pragma once

#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Mean and standard deviation of each real-valued target, learned from a training part.
class TargetStandardiser {
 public:
  /// Throws Error(usage) on a data set without examples or without real-valued targets.
  explicit TargetStandardiser(const Dataset& training);

  /// Each target less its mean, over its deviation (of the training part, divided by the number of examples); one that
  /// is constant in training becomes 0. Nothing is clamped: an error on an extreme target stays as large as it is.
  /// Throws Error(usage) if the number of targets differs.
  Dataset apply(Dataset data) const;

 private:
  std::vector<double> means_, deviations_;  ///< [targets]
};

}  // namespace tacit::datasets
