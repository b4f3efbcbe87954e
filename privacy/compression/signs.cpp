#include "privacy/compression/signs.h"

#include <cmath>

#include "core/error.h"

namespace tacit::privacy {
namespace {

bool is_negative(std::span<const std::byte> packed, std::size_t i) {
  return (packed[i / 8] >> (i % 8) & std::byte{1}) != std::byte{0};
}

}  // namespace

float sign_scale(std::span<const float> values) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      fail(ErrorKind::data, "value {} is {}: only finite numbers have a mean magnitude", i, values[i]);
    sum += std::abs(static_cast<double>(values[i]));
  }
  return values.empty() ? 0.0f : static_cast<float>(sum / static_cast<double>(values.size()));
}

std::size_t sign_bytes(std::size_t count) {
  return count / 8 + (count % 8 != 0 ? 1 : 0);
}

std::vector<std::byte> pack_signs(std::span<const float> values) {
  std::vector<std::byte> packed(sign_bytes(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] < 0) packed[i / 8] |= std::byte{1} << (i % 8);
  return packed;
}

void unpack_signs(std::span<const std::byte> packed, float scale, std::span<float> out) {
  if (!std::isfinite(scale) || scale < 0) fail(ErrorKind::data, "signs: scale {} is not a finite number >= 0", scale);
  if (packed.size() != sign_bytes(out.size()))
    fail(ErrorKind::data, "signs: {} bytes, expected {} for {} values", packed.size(), sign_bytes(out.size()),
         out.size());
  for (std::size_t i = out.size(); i < 8 * packed.size(); ++i)
    if (is_negative(packed, i)) fail(ErrorKind::data, "signs: the unused bits of the last byte are not zero");
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = is_negative(packed, i) ? -scale : scale;
}

}  // namespace tacit::privacy
