#include "core/random.h"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

namespace tacit {

RandomStream::result_type RandomStream::operator()() noexcept {
  if (used_ == 4) {
    const r123::Philox4x32::ctr_type counter = {
        {block_++, static_cast<std::uint32_t>(key_.purpose), key_.round, key_.client}};
    const r123::Philox4x32::key_type key = {
        {static_cast<std::uint32_t>(key_.seed), static_cast<std::uint32_t>(key_.seed >> 32)}};
    const auto block = r123::Philox4x32()(counter, key);
    words_ = {block[0], block[1], block[2], block[3]};
    used_ = 0;
  }
  return words_[used_++];
}

std::uint64_t RandomStream::next_u64() noexcept {
  const std::uint64_t low = (*this)();
  return low | static_cast<std::uint64_t>((*this)()) << 32;
}

double RandomStream::uniform() noexcept {
  return static_cast<double>(next_u64() >> 11) * 0x1p-53;
}

double RandomStream::normal() noexcept {
  if (has_spare_normal_) {
    has_spare_normal_ = false;
    return spare_normal_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_normal_ = radius * std::sin(angle);
  has_spare_normal_ = true;
  return radius * std::cos(angle);
}

std::uint64_t RandomStream::below(std::uint64_t bound) noexcept {
  // GCC's 128-bit product keeps the high word as the result and the low word as the test for bias.
  __extension__ using wide = unsigned __int128;
  wide product = static_cast<wide>(next_u64()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t threshold = -bound % bound;
    while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<wide>(next_u64()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

}  // namespace tacit
