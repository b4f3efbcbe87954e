#pragma once

#include "datasets/dataset.h"

namespace tacit::datasets {

/// Maps the features affinely from their bounds [feature_low, feature_high] to [low, high], which become the bounds.
/// Throws Error(usage) unless low < high and the present bounds differ.
Dataset scale_range(Dataset data, float low, float high);

}  // namespace tacit::datasets
