#include "proto/model_codec.h"

#include <cstring>

#include "core/error.h"
#include "proto/bytes.h"

namespace tacit::wire {

std::vector<std::byte> model_bytes(const Parameters& parameters) {
  const auto bytes = std::as_bytes(parameters.values());
  return {bytes.begin(), bytes.end()};
}

v1::Model describe_model(const Parameters& parameters, std::size_t chunk_bytes) {
  v1::Model model;
  model.set_schema_hash(to_string(parameters.schema().hash()));
  model.set_model_hash(to_string(parameters.hash()));
  *model.mutable_values() = describe_blob(std::as_bytes(parameters.values()), chunk_bytes);
  return model;
}

void validate_model(const v1::Model& model, const ParameterSchema& schema) {
  if (to_digest(model.schema_hash(), "model.schema_hash") != schema.hash())
    fail(ErrorKind::data, "model.schema_hash: {} announced, the model built here has {}", hex(model.schema_hash()),
         to_hex(schema.hash()));
  to_digest(model.model_hash(), "model.model_hash");
  const std::size_t expected = schema.size() * sizeof(float);
  validate_blob(model.values(), expected);
  if (model.values().bytes() != expected)
    fail(ErrorKind::data, "model.values: {} bytes announced, {} parameters have {}", model.values().bytes(),
         schema.size(), expected);
}

Parameters decode_model(const v1::Model& model, std::span<const std::byte> bytes,
                        std::shared_ptr<const ParameterSchema> schema) {
  validate_model(model, *schema);
  if (bytes.size() != model.values().bytes())
    fail(ErrorKind::data, "model.values: {} bytes received, {} announced", bytes.size(), model.values().bytes());
  if (const Digest digest = sha256(bytes); !equal(model.values().sha256(), digest))
    fail(ErrorKind::data, "model.values: the bytes have SHA-256 {}, announced was {}", to_hex(digest),
         hex(model.values().sha256()));
  Parameters parameters(std::move(schema));
  if (!bytes.empty()) std::memcpy(parameters.values().data(), bytes.data(), bytes.size());
  if (const Digest digest = parameters.hash(); !equal(model.model_hash(), digest))
    fail(ErrorKind::data, "model.model_hash: the parameters have hash {}, announced was {}", to_hex(digest),
         hex(model.model_hash()));
  return parameters;
}

}  // namespace tacit::wire
