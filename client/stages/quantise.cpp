#include "client/stages/quantise.h"

#include <bit>
#include <cstring>

#include "core/error.h"
#include "privacy/compression/quantise.h"
#include "privacy/compression/signs.h"

namespace tacit::client {
namespace {

std::vector<std::byte> float32_bytes(std::span<const float> values) {
  static_assert(std::endian::native == std::endian::little, "the wire is little-endian");
  const std::span<const std::byte> bytes = std::as_bytes(values);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

QuantiseStage::QuantiseStage(unsigned bits, Rounding rounding) : bits_(bits), rounding_(rounding) {
  if (bits > privacy::most_quantise_bits)
    fail(ErrorKind::usage, "quantise to {} bits: expected 1 to 16, or 0 for float32", bits);
  if (rounding == Rounding::stochastic && bits < privacy::least_quantise_bits)
    fail(ErrorKind::usage, "stochastic rounding to {} bits: expected 2 to 16", bits);
}

QuantiseStage QuantiseStage::from_config(ConfigTable& section) {
  const std::int64_t bits = section.integer("quantise_bits", {0, privacy::most_quantise_bits}, 0);
  const std::string rounding = section.choice("quantise_rounding", {"nearest", "stochastic"}, "nearest");
  if (rounding == "stochastic" && bits < privacy::least_quantise_bits)
    section.refuse("quantise_rounding", "\"stochastic\" needs quantise_bits of 2 to 16");
  return QuantiseStage(static_cast<unsigned>(bits), rounding == "nearest" ? Rounding::nearest : Rounding::stochastic);
}

EncodedUpdate QuantiseStage::operator()(const PrunedUpdate& update, const RandomKey& key) const {
  const std::vector<float>& values = update.values;
  if (bits_ == 0) return {v1::ENCODING_FLOAT32, 0, 0, float32_bytes(values)};
  if (bits_ == 1) return {v1::ENCODING_SIGNS, 0, privacy::sign_scale(values), privacy::pack_signs(values)};
  const float scale = privacy::quantise_scale(values);
  if (rounding_ == Rounding::nearest)
    return {v1::ENCODING_QUANTISED, bits_, scale, privacy::quantise(values, bits_, scale)};
  RandomStream stream({key.seed, Purpose::update_rounding, key.round, key.client});
  return {v1::ENCODING_QUANTISED, bits_, scale, privacy::quantise(values, bits_, scale, stream)};
}

}  // namespace tacit::client
