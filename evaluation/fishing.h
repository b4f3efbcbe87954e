#pragma once

#include <cstdint>
#include <vector>

#include "attacks/malicious/fishing.h"
#include "attacks/observation.h"
#include "evaluation/exchange.h"

namespace tacit::evaluation {

/// What a malicious coordinator saw of one client whom it asked until a single example was left above a cutoff.
struct FishingTrip {
  std::vector<attacks::Observation> rounds;  ///< the first with a cutoff above every feature
  bool found = false;
};

/// Sends heads of rising and falling cutoffs on the feature of `head`, whose values lie in [low, high], and learns from
/// what comes back alone. The client answers from the same examples each time if its batch is all it has. Throws as
/// Exchange::observe, Error(usage) as attacks::FishingSearch and if `head` has no feature.
FishingTrip fish_by_feature(const Exchange& exchange, const Parameters& honest, const datasets::Dataset& data,
                            attacks::FishingHead head, double low, double high, double resolution,
                            std::uint64_t seed = 0);

}  // namespace tacit::evaluation
