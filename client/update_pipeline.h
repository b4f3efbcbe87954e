#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "client/stages/clip.h"
#include "client/stages/noise.h"
#include "client/stages/prune.h"
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

/// The stages of a pipeline, in the order in which they act. The default ones change nothing.
struct UpdateStages {
  ClipStage clip = ClipStage(0);
  NoiseStage noise{};
  PruneStage prune{};
  QuantiseStage quantise = QuantiseStage(0);
};

/// The [update] section: the one way of an update from training to the wire, clip -> noise -> prune -> quantise ->
/// chunks. Each stage is a type of its own (client/stages). A function of its arguments alone: the same update and key
/// give the same bytes (promise P1), also when a client that crashed makes them again.
class UpdatePipeline {
 public:
  explicit UpdatePipeline(UpdateStages stages, std::size_t chunk_bytes = wire::default_chunk_bytes);
  static UpdatePipeline from_config(ConfigTable section, std::size_t chunk_bytes = wire::default_chunk_bytes);

  /// Why a model's updates must not go through these stages; empty if they may. Noise and signs would drive statistics
  /// of the data, such as running variances, out of their range.
  std::string objection_to(const ParameterSchema& schema) const;

  /// `key` has the seed, round and client that noise and rounding are drawn by; its purpose is not read. Throws
  /// Error(data) naming the parameter if a value is NaN or infinite; Error(usage) if their number is not the schema's.
  PreparedUpdate prepare(TrainedUpdate update, const ParameterSchema& schema, const RandomKey& key) const;

 private:
  UpdateStages stages_;
  std::size_t chunk_bytes_;
};

}  // namespace tacit::client
