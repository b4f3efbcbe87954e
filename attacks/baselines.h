#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "attacks/features.h"
#include "attacks/observation.h"

namespace tacit::attacks {

// What an attacker gets without the update. An attack that does not beat these has shown nothing.

/// `count` examples with every feature in the middle of its bounds, [count, features.size()]. Throws Error(usage)
/// without bounds.
std::vector<double> grey_baseline(const Features& features, std::size_t count);

/// `count` copies of a publicly known mean example.
std::vector<double> mean_baseline(std::span<const double> public_mean, std::size_t count);

/// The observation with its update replaced by independent normal numbers of the same norm, for running the very same
/// attack on a gradient that holds no information: what then comes out is the attack's prior, not a leak (the control
/// that Guo et al., arXiv 2503.11514, ask for). Key {seed, attack_baseline, round, 0}.
Observation noise_control(const Observation& observation, std::uint64_t seed);

}  // namespace tacit::attacks
