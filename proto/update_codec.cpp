#include "proto/update_codec.h"

#include <cmath>
#include <cstring>

#include "core/error.h"
#include "privacy/compression/quantise.h"
#include "privacy/compression/signs.h"
#include "proto/blob.h"
#include "proto/bytes.h"

namespace tacit::wire {
namespace {

void validate_scale(const v1::UpdateHeader& header) {
  if (!std::isfinite(header.quantise_scale()) || header.quantise_scale() < 0)
    fail(ErrorKind::data, "update.quantise_scale: {} given, expected a finite number that is not negative",
         header.quantise_scale());
}

void validate_encoding(const v1::UpdateHeader& header) {
  switch (header.encoding()) {
    case v1::ENCODING_FLOAT32:
      if (header.quantise_bits() != 0 || header.quantise_scale() != 0)
        fail(ErrorKind::data, "update.quantise_bits, update.quantise_scale: given for an update that is not quantised");
      return;
    case v1::ENCODING_QUANTISED:
      if (header.quantise_bits() < privacy::least_quantise_bits || header.quantise_bits() > privacy::most_quantise_bits)
        fail(ErrorKind::data, "update.quantise_bits: {} given, expected {} to {}", header.quantise_bits(),
             privacy::least_quantise_bits, privacy::most_quantise_bits);
      return validate_scale(header);
    case v1::ENCODING_SIGNS:
      if (header.quantise_bits() != 0)
        fail(ErrorKind::data, "update.quantise_bits: {} given for an update of signs", header.quantise_bits());
      return validate_scale(header);
    default:
      fail(ErrorKind::data, "update.encoding: {} is unknown; known are FLOAT32 (1), QUANTISED (2) and SIGNS (3)",
           static_cast<int>(header.encoding()));
  }
}

void validate_evaluation(const v1::LocalEvaluation& evaluation) {
  if (evaluation.examples() == 0 || evaluation.examples() >= example_limit)
    fail(ErrorKind::data, "update.evaluation.examples: {} given, expected 1 to {}", evaluation.examples(),
         example_limit - 1);
  if (evaluation.right() > evaluation.examples())
    fail(ErrorKind::data, "update.evaluation.right: {} given, expected at most the {} examples", evaluation.right(),
         evaluation.examples());
  if (!std::isfinite(evaluation.loss()))
    fail(ErrorKind::data, "update.evaluation.loss: {} given, expected a finite number", evaluation.loss());
  if (evaluation.has_rmse() && !(std::isfinite(evaluation.rmse()) && evaluation.rmse() >= 0))
    fail(ErrorKind::data, "update.evaluation.rmse: {} given, expected a finite number of at least 0",
         evaluation.rmse());
  if (evaluation.has_r_squared() && !(evaluation.has_rmse() && evaluation.r_squared() <= 1))
    fail(ErrorKind::data, "update.evaluation.r_squared: {} given, expected one of at most 1 beside an rmse",
         evaluation.r_squared());
}

void validate_meaning(const v1::UpdateHeader& header) {
  if (header.kind() != v1::UPDATE_KIND_DELTA && header.kind() != v1::UPDATE_KIND_GRADIENT)
    fail(ErrorKind::data, "update.kind: {} is unknown; known are DELTA (1) and GRADIENT (2)",
         static_cast<int>(header.kind()));
  if (header.examples() == 0 || header.examples() >= example_limit)
    fail(ErrorKind::data, "update.examples: {} given, expected 1 to {}", header.examples(), example_limit - 1);
  if (!std::isfinite(header.training_loss()))
    fail(ErrorKind::data, "update.training_loss: {} given, expected a finite number", header.training_loss());
  if (header.has_evaluation()) validate_evaluation(header.evaluation());
}

void validate_finite(std::span<const float> values, const ParameterSchema& schema) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      fail(ErrorKind::data, "update: the value of parameter {} is {}", schema.element_name(i), values[i]);
}

}  // namespace

std::size_t encoded_bytes(const v1::UpdateHeader& header, const ParameterSchema& schema) {
  validate_encoding(header);
  if (header.encoding() == v1::ENCODING_FLOAT32) return schema.size() * sizeof(float);
  if (header.encoding() == v1::ENCODING_SIGNS) return privacy::sign_bytes(schema.size());
  return privacy::quantised_bytes(schema.size(), header.quantise_bits());
}

void validate_update_header(const v1::UpdateHeader& header, const ParameterSchema& schema,
                            const Digest& base_model_hash) {
  validate_meaning(header);
  if (to_digest(header.schema_hash(), "update.schema_hash") != schema.hash())
    fail(ErrorKind::data, "update.schema_hash: {} given, this run's model has {}", hex(header.schema_hash()),
         to_hex(schema.hash()));
  if (to_digest(header.base_model_hash(), "update.base_model_hash") != base_model_hash)
    fail(ErrorKind::data, "update.base_model_hash: trained from model {}, this round's model is {}",
         hex(header.base_model_hash()), to_hex(base_model_hash));
  const std::size_t expected = encoded_bytes(header, schema);
  validate_blob(header.values(), expected);
  if (header.values().bytes() != expected)
    fail(ErrorKind::data, "update.values: {} bytes announced, {} parameters have {} in this encoding",
         header.values().bytes(), schema.size(), expected);
}

DecodedUpdate decode_update(const v1::UpdateHeader& header, std::span<const std::byte> bytes,
                            const ParameterSchema& schema, const Digest& base_model_hash) {
  validate_update_header(header, schema, base_model_hash);
  if (bytes.size() != header.values().bytes())
    fail(ErrorKind::data, "update.values: {} bytes received, {} announced", bytes.size(), header.values().bytes());
  if (const Digest digest = sha256(bytes); !equal(header.values().sha256(), digest))
    fail(ErrorKind::data, "update.values: the bytes have SHA-256 {}, announced was {}", to_hex(digest),
         hex(header.values().sha256()));

  DecodedUpdate update;
  update.kind = header.kind();
  update.examples = header.examples();
  update.training_loss = header.training_loss();
  update.values.resize(schema.size());
  if (header.encoding() == v1::ENCODING_QUANTISED)
    privacy::dequantise(bytes, header.quantise_bits(), header.quantise_scale(), update.values);
  else if (header.encoding() == v1::ENCODING_SIGNS)
    privacy::unpack_signs(bytes, header.quantise_scale(), update.values);
  else if (!bytes.empty())
    std::memcpy(update.values.data(), bytes.data(), bytes.size());
  validate_finite(update.values, schema);
  return update;
}

}  // namespace tacit::wire
