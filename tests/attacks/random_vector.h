#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"

namespace tacit::attacks {

inline std::vector<double> normal_vector(std::size_t size, std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 0, 0});
  std::vector<double> values(size);
  for (double& value : values) value = random.normal();
  return values;
}

inline std::vector<double> uniform_vector(std::size_t size, double low, double high, std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 1, 0});
  std::vector<double> values(size);
  for (double& value : values) value = random.uniform(low, high);
  return values;
}

}  // namespace tacit::attacks
