#pragma once

#include <cstddef>
#include <span>

namespace tacit::quantum_sim {

/// values[j] -> coefficients a[s] with values[j] = sum_s a[s] (-1)^popcount(j & s), in place; 2^k values. A diagonal
/// operator diag(values) is then sum_s a[s] Z_s.
inline void to_walsh_coefficients(std::span<double> values) {
  for (std::size_t stride = 1; stride < values.size(); stride *= 2) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      if (j & stride) continue;
      const double low = values[j], high = values[j | stride];
      values[j] = (low + high) / 2;
      values[j | stride] = (low - high) / 2;
    }
  }
}

}  // namespace tacit::quantum_sim
