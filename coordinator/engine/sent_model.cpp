#include "coordinator/engine/sent_model.h"

#include "proto/blob.h"
#include "proto/model_codec.h"

namespace tacit::coordinator {

SentModel::SentModel(Parameters parameters, std::size_t chunk_bytes)
    : parameters_(std::move(parameters)), announcement_(wire::describe_model(parameters_, chunk_bytes)) {
  for (int position = 0; position < announcement_.values().chunk_sha256_size(); ++position)
    position_of_chunk_.emplace(announcement_.values().chunk_sha256(position), position);
}

std::span<const std::byte> SentModel::chunk(std::string_view sha256) const {
  const auto found = position_of_chunk_.find(sha256);
  if (found == position_of_chunk_.end()) return {};
  return wire::chunk_of(std::as_bytes(parameters_.values()), announcement_.values(), found->second);
}

}  // namespace tacit::coordinator
