#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tacit::bench {

/// u(n) in [-1, 1), the numbers that measurements run on, which other programs can repeat (bench/training_work.h).
inline double hashed(std::size_t n) {
  auto h = static_cast<std::uint32_t>(n) * 2654435769U;
  h ^= h >> 16;
  h *= 2246822507U;
  h ^= h >> 13;
  return static_cast<double>(h) / 2147483648.0 - 1;
}

/// u(first) .. u(first + count - 1), rounded to T.
template <class T>
std::vector<T> hashed_values(std::size_t count, std::size_t first) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(hashed(first + i));
  return values;
}

}  // namespace tacit::bench
