#include "privacy/compression/quantise.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/error.h"

namespace tacit::privacy {
namespace {

bool is_bits(unsigned bits) {
  return bits >= least_quantise_bits && bits <= most_quantise_bits;
}

bool is_scale(float scale) {
  return std::isfinite(scale) && scale >= 0;
}

/// m: the largest level.
std::int64_t largest_level(unsigned bits) {
  return (std::int64_t{1} << (bits - 1)) - 1;
}

/// Appends codes of a fixed width, least significant bit first.
class BitWriter {
 public:
  explicit BitWriter(std::span<std::byte> bytes) : bytes_(bytes) {}

  void write(std::uint64_t code, unsigned bits) {
    pending_ |= code << filled_;
    for (filled_ += bits; filled_ >= 8; filled_ -= 8, pending_ >>= 8)
      bytes_[next_++] = static_cast<std::byte>(pending_);
  }
  void finish() {
    if (filled_ > 0) bytes_[next_++] = static_cast<std::byte>(pending_);
  }

 private:
  std::span<std::byte> bytes_;
  std::size_t next_ = 0;
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;
};

class BitReader {
 public:
  explicit BitReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::uint64_t read(unsigned bits) {
    for (; filled_ < bits; filled_ += 8) pending_ |= std::to_integer<std::uint64_t>(bytes_[next_++]) << filled_;
    const std::uint64_t code = pending_ & ((std::uint64_t{1} << bits) - 1);
    pending_ >>= bits;
    filled_ -= bits;
    return code;
  }
  /// What is left of the last byte.
  std::uint64_t rest() const { return pending_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t next_ = 0;
  std::uint64_t pending_ = 0;
  unsigned filled_ = 0;
};

/// The packed codes of the levels that `round` chooses for values in units of the step.
template <class Round>
std::vector<std::byte> quantise_by(std::span<const float> values, unsigned bits, float scale, const Round& round) {
  std::vector<std::byte> packed(quantised_bytes(values.size(), bits));
  if (!is_scale(scale)) fail(ErrorKind::usage, "quantise: scale {} is not a finite number >= 0", scale);
  const std::int64_t largest = largest_level(bits);
  BitWriter writer(packed);
  for (std::size_t i = 0; i < values.size(); ++i) {
    // Written so that NaN fails too.
    if (!(std::fabs(values[i]) <= scale)) {
      fail(ErrorKind::data, "value {} is {}: outside the quantiser's range of +-{}", i, values[i], scale);
    }
    // The product is exact in double; the quotient is the only rounding before the choice of the level.
    const double level = scale == 0 ? 0.0 : static_cast<double>(values[i]) * static_cast<double>(largest) / scale;
    writer.write(static_cast<std::uint64_t>(static_cast<std::int64_t>(round(level, largest)) + largest), bits);
  }
  writer.finish();
  return packed;
}

void check_packed(std::span<const std::byte> packed, unsigned bits, float scale, std::size_t count) {
  if (!is_bits(bits)) fail(ErrorKind::data, "quantised values: {} bits a value, expected 2 to 16", bits);
  if (!is_scale(scale)) fail(ErrorKind::data, "quantised values: scale {} is not a finite number >= 0", scale);
  const std::size_t expected = quantised_bytes(count, bits);
  if (packed.size() != expected) {
    fail(ErrorKind::data, "quantised values: {} bytes, expected {} for {} values of {} bits", packed.size(), expected,
         count, bits);
  }
  const auto largest_code = static_cast<std::uint64_t>(2 * largest_level(bits));
  BitReader reader(packed);
  for (std::size_t i = 0; i < count; ++i) {
    if (reader.read(bits) > largest_code) fail(ErrorKind::data, "quantised value {}: its code is outside the grid", i);
  }
  if (reader.rest() != 0) fail(ErrorKind::data, "quantised values: the unused bits of the last byte are not zero");
}

}  // namespace

float quantise_scale(std::span<const float> values) {
  float largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      fail(ErrorKind::data, "value {} is {}: only finite numbers can be quantised", i, values[i]);
    largest = std::max(largest, std::fabs(values[i]));
  }
  return largest;
}

std::size_t quantised_bytes(std::size_t count, unsigned bits) {
  if (!is_bits(bits)) fail(ErrorKind::usage, "quantise: {} bits a value, expected 2 to 16", bits);
  if (count > (std::numeric_limits<std::size_t>::max() - 7) / bits) {
    fail(ErrorKind::usage, "quantise: {} values of {} bits are too many", count, bits);
  }
  return (count * bits + 7) / 8;
}

std::vector<std::byte> quantise(std::span<const float> values, unsigned bits, float scale) {
  return quantise_by(values, bits, scale, [](double level, std::int64_t) { return std::nearbyint(level); });
}

std::vector<std::byte> quantise(std::span<const float> values, unsigned bits, float scale, RandomStream& rounding) {
  return quantise_by(values, bits, scale, [&](double level, std::int64_t uppermost) {
    // Bounded, as the sum may round up to the level after the last.
    return std::min(std::floor(level + rounding.uniform()), static_cast<double>(uppermost));
  });
}

void dequantise(std::span<const std::byte> packed, unsigned bits, float scale, std::span<float> out) {
  check_packed(packed, bits, scale, out.size());
  const std::int64_t largest = largest_level(bits);
  BitReader reader(packed);
  for (float& value : out) {
    const std::int64_t level = static_cast<std::int64_t>(reader.read(bits)) - largest;
    value = static_cast<float>(static_cast<double>(level) * scale / static_cast<double>(largest));
  }
}

}  // namespace tacit::privacy
