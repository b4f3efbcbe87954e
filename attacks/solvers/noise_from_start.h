#pragma once

#include <bit>
#include <cstdint>
#include <span>

#include "core/random.h"

namespace tacit::attacks {

/// The random numbers of a solver: a function of its starting point, so that other starting points have others,
/// whatever the run that they belong to.
inline RandomStream noise_from_start(std::span<const double> start) {
  std::uint64_t hash = 14695981039346656037u;  // FNV-1a, by words
  for (const double value : start) hash = (hash ^ std::bit_cast<std::uint64_t>(value)) * 1099511628211u;
  return RandomStream({hash, Purpose::attack_restart, 0, 0});
}

}  // namespace tacit::attacks
