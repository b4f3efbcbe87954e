#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parameters.h"
#include "tacit/v1/coordinator.pb.h"

namespace tacit::wire {

/// Weights of updates stay below this, so that weight * value is exact in double (core/exact_sum.h).
inline constexpr std::uint64_t example_limit = std::uint64_t{1} << 29;

/// An update with its encoding taken off.
struct DecodedUpdate {
  v1::UpdateKind kind = v1::UPDATE_KIND_UNSPECIFIED;
  std::vector<float> values;   ///< [schema.size()], all finite
  std::uint64_t examples = 0;  ///< in [1, example_limit)
  double training_loss = 0;    ///< mean loss that the client saw; finite
};

/// Bytes of an update's blob, by its encoding. Throws Error(data) on an unknown encoding or a bit width outside 2..16.
std::size_t encoded_bytes(const v1::UpdateHeader& header, const ParameterSchema& schema);

/// Checks everything that a header alone can tell: kind, encoding and its settings, number of examples, evaluation,
/// both hashes, the size and the consistency of the blob. Throws Error(data) naming the field.
void validate_update_header(const v1::UpdateHeader& header, const ParameterSchema& schema,
                            const Digest& base_model_hash);

/// Validates the header, checks the blob's digest, and decodes. Throws Error(data) naming the field, or the parameter
/// whose value is NaN or infinite.
DecodedUpdate decode_update(const v1::UpdateHeader& header, std::span<const std::byte> bytes,
                            const ParameterSchema& schema, const Digest& base_model_hash);

}  // namespace tacit::wire
