#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/parameters.h"
#include "proto/blob.h"

namespace tacit::wire {

/// The values of a model as they travel: little-endian float32, schema order.
std::vector<std::byte> model_bytes(const Parameters& parameters);

/// What a coordinator announces about a model: its identity and the chunks of `model_bytes`.
v1::Model describe_model(const Parameters& parameters, std::size_t chunk_bytes = default_chunk_bytes);

/// Checks a description against the schema that the receiver built itself, before anything is downloaded. Throws
/// Error(data) naming the field: another schema, another size, an inconsistent blob.
void validate_model(const v1::Model& model, const ParameterSchema& schema);

/// Inverse of describe_model and model_bytes. Throws Error(data) unless the schema hash, the blob's digest and the
/// model hash all agree.
Parameters decode_model(const v1::Model& model, std::span<const std::byte> bytes,
                        std::shared_ptr<const ParameterSchema> schema);

}  // namespace tacit::wire
