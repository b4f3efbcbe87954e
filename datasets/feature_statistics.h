#pragma once

#include <span>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

// Of every feature over the examples of a data set, [features], in memory or in files. Throw Error(usage) if there are
// no examples.

/// Its mean: the mean example.
std::vector<double> mean_example(const Dataset& data);
/// Its standard deviation, with the divisor n.
std::vector<double> feature_deviations(const Dataset& data);

}  // namespace tacit::datasets
