#pragma once

#include <cstdint>
#include <vector>

#include "datasets/dataset.h"

namespace tacit::datasets {

/// How many examples a client gets, relative to the others. Labels are dealt out as they come.
struct QuantitySkew {
  enum class Law : std::uint8_t {
    dirichlet,  ///< shares from Dirichlet(parameter, ..., parameter) (Li et al., ICDE 2022, "quantity skew")
    power_law,  ///< shares proportional to rank^-parameter, ranks dealt out at random
    log_normal  ///< shares proportional to exp(parameter * z), z standard normal
  };
  Law law;
  double parameter;  ///< alpha > 0, exponent >= 0, standard deviation >= 0
};

/// Shuffles all indices and deals them out in parts of skewed sizes; every index goes to one part, sizes are the shares
/// of data.size() rounded by largest remainder. Parts are ascending and may be empty. Draws from RandomKey{seed,
/// partition, 2, law} for the shares and {seed, partition} for the order.
std::vector<std::vector<std::size_t>> partition_by_quantity(const Dataset& data, std::size_t clients,
                                                            const QuantitySkew& skew, std::uint64_t seed);

}  // namespace tacit::datasets
