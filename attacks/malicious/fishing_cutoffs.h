#pragma once

#include <optional>
#include <span>

namespace tacit::attacks {

/// How many examples, fractions included, passed a fishing head of this cutoff.
struct FishingAnswer {
  double cutoff = 0;
  double above = 0;
};

/// Where features lie, and how near two of them are told apart.
struct FishingRange {
  double low = 0, high = 1;
  double resolution = 1e-4;
};

/// The cutoff to ask for next, so that in the end every example is alone between two cutoffs: first `low`, then the
/// middle of the highest gap between cutoffs (and `high`, above which there is nothing) that holds neither exactly one
/// example nor none and is wider than the resolution. Nothing once there is no such gap. About log2((high - low) / d)
/// rounds find the highest example, d its distance to the next one, and the same again each further one at worst.
std::optional<double> next_fishing_cutoff(std::span<const FishingAnswer> answers, const FishingRange& range);

}  // namespace tacit::attacks
