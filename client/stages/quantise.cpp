#include "client/stages/quantise.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "privacy/compression/quantise.h"

namespace tacit::client {
namespace {

std::vector<std::byte> float32_bytes(std::span<const float> values) {
  static_assert(std::endian::native == std::endian::little, "the wire is little-endian");
  const std::span<const std::byte> bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

QuantiseStage::QuantiseStage(unsigned bits) : bits_(bits) {
  if (bits == 1 || bits > privacy::most_quantise_bits) {
    fail(ErrorKind::usage, "quantise to {} bits: expected 2 to 16, or 0 for float32", bits);
  }
}

QuantiseStage QuantiseStage::from_config(ConfigTable& section) {
  const std::int64_t bits = section.integer("quantise_bits", {0, privacy::most_quantise_bits}, 0);
  if (bits == 1) section.refuse("quantise_bits", "1 bit has no level but zero; expected 2 to 16, or 0 for float32");
  return QuantiseStage(static_cast<unsigned>(bits));
}

EncodedUpdate QuantiseStage::operator()(const ClippedUpdate& update) const {
  if (bits_ == 0) return {v1::ENCODING_FLOAT32, 0, 0, float32_bytes(update.values)};
  const float scale = privacy::quantise_scale(update.values);
  return {v1::ENCODING_QUANTISED, bits_, scale, privacy::quantise(update.values, bits_, scale)};
}

}  // namespace tacit::client
