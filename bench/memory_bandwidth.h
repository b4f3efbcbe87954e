#pragma once

#include <cstddef>

namespace tacit::bench {

/// Bytes a second that one thread moves, best of several passes over arrays of `bytes` in total: reads plus writes that
/// the program asks for, without the line that a store may fetch first.
struct Bandwidth {
  double copy = 0;   ///< a = b
  double triad = 0;  ///< a = b + s c
};

/// Measured anew by each call. Arrays that are much larger than the last cache give the memory's rate, 64 KiB to
/// 256 KiB that of the second cache. Throws Error(resource) if there is not that much memory.
Bandwidth measure_bandwidth(std::size_t bytes);

}  // namespace tacit::bench
