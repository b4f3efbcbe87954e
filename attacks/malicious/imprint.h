#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attacks/linear_layers.h"
#include "attacks/malicious/craft.h"
#include "core/config.h"

namespace tacit::attacks {

/// What a malicious coordinator believes about the mean feature of an example, h(x) = (1/d) sum_j x_j: normal with
/// these parameters, measured on public data for instance.
struct MeanFeature {
  double mean = 0;
  double deviation = 1;
};

/// Cut-offs q_1 < ... < q_m at the quantiles k / (m + 1) of h: the m + 1 bins between them are equally likely.
/// Throws Error(usage) unless the mean is finite and the deviation finite and positive.
std::vector<double> imprint_cutoffs(std::size_t bins, const MeanFeature& believed);

/// Turns a ReLU block into the imprint module of Fowl et al. ("Robbing the Fed", arXiv 2110.13057, Sec. 4): each of the
/// m rows of the first layer becomes 1/d, so that unit k computes h(x) - q_k, and each column of the second layer its
/// first column, so that every active unit gets the same gradient from an example. Changes nothing else in theta
/// [parameters]. Throws Error(usage) as imprint_cutoffs, and if the first column is zero, through which no gradient
/// flows.
void write_imprint(const ReluBlock& block, const MeanFeature& believed, std::span<float> theta);

/// The keys `mean` and `deviation` of a craft.
MeanFeature mean_feature_of(ConfigTable& section);
/// As a craft: keys `mean` and `deviation`.
std::unique_ptr<const Craft> make_imprint_craft(ConfigTable section);

}  // namespace tacit::attacks
