#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tacit::coordinator {

/// The clients asked to train in a round: `size` of the members (0, or more than there are: all), uniformly without
/// replacement, from RandomKey{seed, cohort, round}. A function of the set of members, whatever their order; the result
/// is sorted.
std::vector<std::string> choose_cohort(std::uint64_t seed, std::uint32_t round, std::vector<std::string> members,
                                       std::size_t size);

}  // namespace tacit::coordinator
