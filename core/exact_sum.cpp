#include "core/exact_sum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.h"
#include "core/exact_quotient.h"
#include "core/exact_sum_kernel.h"

namespace tacit {
namespace {

/// Elements that are checked and then added while they are still in the first-level cache.
constexpr std::size_t block_size = 2048;
constexpr double product_limit = 0x1p62;
/// In units of 2^-64: totals stay below 2^63.
constexpr Uint128 magnitude_limit = Uint128{1} << 127;
constexpr std::size_t element_bytes = 16, trailer_bytes = 16;

/// From the highest to the lowest bit that is set.
int significant_bits(double value) {
  int exponent = 0;
  const auto integer = static_cast<std::uint64_t>(std::ldexp(std::frexp(std::fabs(value), &exponent), 53));
  return integer == 0 ? 0 : std::bit_width(integer) - std::countr_zero(integer);
}

Uint128 joined(std::uint64_t low, std::uint64_t high) {
  return Uint128{high} << 64 | low;
}

std::string called(const ExactSum::ElementName& name, std::size_t index) {
  return name ? fmt::format("'{}'", name(index)) : std::to_string(index);
}

/// Fails for the first element that no total can take, else for the largest: then it is the total that is full.
[[noreturn]] void refuse(std::span<const float> block, std::size_t first_index, double weight,
                         const ExactSum::ElementName& name) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    if (!std::isfinite(block[i]))
      fail(ErrorKind::data, "element {} is {}, expected a finite number", called(name, first_index + i), block[i]);
    if (!(std::fabs(weight * static_cast<double>(block[i])) < product_limit))
      fail(ErrorKind::data, "element {} is {}, which times its weight {} is not below 2^62 in magnitude",
           called(name, first_index + i), block[i], weight);
  }
  const auto larger = [](float a, float b) { return std::fabs(a) < std::fabs(b); };
  const auto at = static_cast<std::size_t>(std::max_element(block.begin(), block.end(), larger) - block.begin());
  fail(ErrorKind::data,
       "element {} is {} (weight {}): the magnitudes of all that was added would together reach 2^63, the range of the "
       "sum",
       called(name, first_index + at), block[at], weight);
}

}  // namespace

ExactSum::ExactSum(std::size_t size) : low_(size), high_(size) {}

void ExactSum::add(std::span<const float> x, double weight, const ElementName& name) {
  if (x.size() != size()) fail(ErrorKind::usage, "a vector of {} cannot be added to a sum of {}", x.size(), size());
  if (!std::isfinite(weight))
    fail(ErrorKind::usage, "the weight of a sum's part is {}, expected a finite number", weight);
  if (significant_bits(weight) > 29)
    fail(ErrorKind::usage, "the weight {} has more than the 29 significant bits that keep a product exact", weight);

  const Uint128 before = joined(magnitude_low_, magnitude_high_);
  std::uint32_t largest_bits = 0;
  Uint128 after = before;
  for (std::size_t begin = 0; begin < x.size(); begin += block_size) {
    const std::span<const float> block = x.subspan(begin, std::min(block_size, x.size() - begin));
    const std::uint32_t bits = exact_sum_kernel::largest_magnitude_bits(block.data(), block.size());
    bool fits = true;
    if (bits > largest_bits) {
      largest_bits = bits;
      const double product = std::fabs(weight) * static_cast<double>(std::bit_cast<float>(bits));
      fits = product < product_limit;  // false for NaN, too
      if (fits) after = before + to_fixed_point(product);
      fits = fits && after < magnitude_limit;
    }
    if (!fits) {
      // Integers are taken away as exactly as they were added, so the blocks before this one leave no trace.
      exact_sum_kernel::fold(x.data(), begin, -weight, low_.data(), high_.data());
      refuse(block, begin, weight, name);
    }
    exact_sum_kernel::fold(block.data(), block.size(), weight, low_.data() + begin, high_.data() + begin);
  }
  magnitude_low_ = static_cast<std::uint64_t>(after);
  magnitude_high_ = static_cast<std::uint64_t>(after >> 64);
}

void ExactSum::merge(const ExactSum& other) {
  if (other.size() != size())
    fail(ErrorKind::usage, "a sum of {} cannot be merged into a sum of {}", other.size(), size());
  const Uint128 after = joined(magnitude_low_, magnitude_high_) + joined(other.magnitude_low_, other.magnitude_high_);
  if (after >= magnitude_limit)
    fail(ErrorKind::data, "the magnitudes in two sums to be merged together reach 2^63, the range of a sum");
  exact_sum_kernel::merge(other.low_.data(), other.high_.data(), size(), low_.data(), high_.data());
  magnitude_low_ = static_cast<std::uint64_t>(after);
  magnitude_high_ = static_cast<std::uint64_t>(after >> 64);
}

std::vector<float> ExactSum::finish(double divisor) const {
  if (!std::isfinite(divisor) || divisor == 0)
    fail(ErrorKind::usage, "the divisor of a sum is {}, expected a finite number other than zero", divisor);
  std::vector<float> result(size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const auto sum = static_cast<Int128>(joined(low_[i], static_cast<std::uint64_t>(high_[i])));
    result[i] = exact_quotient(sum, divisor);
    if (!std::isfinite(result[i]))
      fail(ErrorKind::data, "element {} of a sum, divided by {}, is larger than the largest float", i, divisor);
  }
  return result;
}

void ExactSum::clear() noexcept {
  std::fill(low_.begin(), low_.end(), 0);
  std::fill(high_.begin(), high_.end(), 0);
  magnitude_low_ = magnitude_high_ = 0;
}

std::vector<std::byte> ExactSum::serialize() const {
  std::vector<std::byte> bytes(size() * element_bytes + trailer_bytes);
  std::byte* end = bytes.data();
  const auto append = [&](const void* from, std::size_t count) {
    if (count != 0) std::memcpy(end, from, count);
    end += count;
  };
  append(low_.data(), size() * sizeof(low_[0]));
  append(high_.data(), size() * sizeof(high_[0]));
  append(&magnitude_low_, sizeof(magnitude_low_));
  append(&magnitude_high_, sizeof(magnitude_high_));
  return bytes;
}

ExactSum ExactSum::deserialize(std::span<const std::byte> bytes) {
  if (bytes.size() < trailer_bytes || bytes.size() % element_bytes != 0)
    fail(ErrorKind::data, "a saved sum has {} bytes, expected 16 for each element and 16 more", bytes.size());
  ExactSum sum((bytes.size() - trailer_bytes) / element_bytes);
  const std::byte* begin = bytes.data();
  const auto take = [&](void* to, std::size_t count) {
    if (count != 0) std::memcpy(to, begin, count);
    begin += count;
  };
  take(sum.low_.data(), sum.size() * sizeof(sum.low_[0]));
  take(sum.high_.data(), sum.size() * sizeof(sum.high_[0]));
  take(&sum.magnitude_low_, sizeof(sum.magnitude_low_));
  take(&sum.magnitude_high_, sizeof(sum.magnitude_high_));

  const Uint128 magnitude = joined(sum.magnitude_low_, sum.magnitude_high_);
  if (magnitude >= magnitude_limit) fail(ErrorKind::data, "a saved sum states a magnitude beyond its range of 2^63");
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const Uint128 value = joined(sum.low_[i], static_cast<std::uint64_t>(sum.high_[i]));
    if ((sum.high_[i] < 0 ? -value : value) > magnitude)
      fail(ErrorKind::data, "element {} of a saved sum is larger than the magnitude the sum states", i);
  }
  return sum;
}

}  // namespace tacit
