#pragma once

#include <array>
#include <cstdint>

#include "core/random.h"

namespace tacit {

/// A pseudo-random permutation of 0, ..., size-1 that is computed place by place, so that an order of any length takes
/// no memory: a balanced Feistel network (Luby and Rackoff, SIAM J. Computing 17, 373 (1988)) over the next even number
/// of bits, walked along its cycle until it falls below `size` (Black and Rogaway, CT-RSA 2002, "cycle walking"): fewer
/// than four steps on average. Six rounds with round keys of the stream. Not for cryptography.
class KeyedPermutation {
 public:
  /// Draws its keys from the stream: one stream gives one permutation after another. Throws Error(usage) unless 1 <=
  /// size <= 2^62.
  KeyedPermutation(std::uint64_t size, RandomStream& stream);

  std::uint64_t size() const noexcept { return size_; }
  /// Where `place`, below size, is taken to.
  std::uint64_t operator()(std::uint64_t place) const noexcept;

 private:
  std::uint64_t size_;
  std::uint32_t half_bits_ = 1;
  std::array<std::uint64_t, 6> keys_{};
};

}  // namespace tacit
