#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "client/stages/clip.h"
#include "client/stages/quantise.h"
#include "core/config.h"
#include "core/parameters.h"
#include "proto/blob.h"

namespace tacit::client {

/// What local training has to say, before anything is done to hide or shrink it.
struct TrainedUpdate {
  v1::UpdateKind kind = v1::UPDATE_KIND_UNSPECIFIED;
  std::vector<float> values{};  ///< [parameters]
  std::uint64_t examples = 0;   ///< weight
  double training_loss = 0;
  Digest base_model_hash{};  ///< Parameters::hash of the model that was trained
};

/// What leaves the client: a header, and the bytes that its blob describes.
struct PreparedUpdate {
  v1::UpdateHeader header;
  std::vector<std::byte> bytes;
  double norm_before_clipping = 0;  ///< stays here
};

/// The [update] section: the one way of an update from training to the wire, clip -> quantise -> chunks. Each stage is
/// a type of its own (client/stages). A function of its input alone: the same update gives the same bytes.
class UpdatePipeline {
 public:
  UpdatePipeline(ClipStage clip, QuantiseStage quantise, std::size_t chunk_bytes = wire::default_chunk_bytes);
  static UpdatePipeline from_config(ConfigTable section, std::size_t chunk_bytes = wire::default_chunk_bytes);

  /// Throws Error(data) naming the parameter if a value is NaN or infinite; Error(usage) if their number is not the
  /// schema's.
  PreparedUpdate prepare(TrainedUpdate update, const ParameterSchema& schema) const;

 private:
  ClipStage clip_;
  QuantiseStage quantise_;
  std::size_t chunk_bytes_;
};

}  // namespace tacit::client
