#include "core/keyed_permutation.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "core/error.h"

namespace tacit {
namespace {

/// The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): every bit of the input sways every bit of the result.
std::uint64_t mixed(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

KeyedPermutation::KeyedPermutation(std::uint64_t size, RandomStream& stream) : size_(size) {
  constexpr std::uint64_t largest = std::uint64_t{1} << 62;
  if (size < 1 || size > largest) fail(ErrorKind::usage, "a permutation of {} places, expected 1 to 2^62", size);
  const auto bits = static_cast<std::uint32_t>(std::bit_width(size - 1));
  half_bits_ = std::max<std::uint32_t>(1, (bits + 1) / 2);
  for (std::uint64_t& key : keys_) key = stream.next_u64();
}

std::uint64_t KeyedPermutation::operator()(std::uint64_t place) const noexcept {
  const std::uint64_t mask = (std::uint64_t{1} << half_bits_) - 1;
  do {
    std::uint64_t left = place >> half_bits_, right = place & mask;
    for (const std::uint64_t key : keys_) {
      left ^= mixed(right + key) & mask;
      std::swap(left, right);
    }
    place = left << half_bits_ | right;
  } while (place >= size_);
  return place;
}

}  // namespace tacit
