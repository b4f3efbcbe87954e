#pragma once

#include "attacks/malicious/imprint.h"
#include "datasets/dataset.h"

namespace tacit::evaluation {

/// What an owner of these examples believes about the mean feature of another: its mean and standard deviation over
/// them. Throws Error(data) if there are fewer than two examples, or all have the same mean.
attacks::MeanFeature mean_feature_of(const datasets::Dataset& examples);

}  // namespace tacit::evaluation
