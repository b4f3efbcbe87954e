#include "client/update_pipeline.h"

#include <cmath>
#include <utility>

#include "core/error.h"
#include "proto/bytes.h"

namespace tacit::client {
namespace {

RawUpdate checked(std::vector<float> values, const ParameterSchema& schema) {
  if (values.size() != schema.size()) {
    fail(ErrorKind::usage, "an update of {} values for a model of {} parameters", values.size(), schema.size());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      fail(ErrorKind::data,
           "the update of parameter {} is {}: local training diverged (a smaller learning_rate may help)",
           schema.element_name(i), values[i]);
    }
  }
  return {std::move(values)};
}

}  // namespace

UpdatePipeline::UpdatePipeline(ClipStage clip, QuantiseStage quantise, std::size_t chunk_bytes)
    : clip_(clip), quantise_(quantise), chunk_bytes_(chunk_bytes) {}

UpdatePipeline UpdatePipeline::from_config(ConfigTable section, std::size_t chunk_bytes) {
  const ClipStage clip = ClipStage::from_config(section);
  const QuantiseStage quantise = QuantiseStage::from_config(section);
  section.finish();
  return {clip, quantise, chunk_bytes};
}

PreparedUpdate UpdatePipeline::prepare(TrainedUpdate update, const ParameterSchema& schema) const {
  const ClippedUpdate clipped = clip_(checked(std::move(update.values), schema));
  EncodedUpdate encoded = quantise_(clipped);

  PreparedUpdate prepared;
  v1::UpdateHeader& header = prepared.header;
  header.set_kind(update.kind);
  header.set_examples(update.examples);
  header.set_training_loss(update.training_loss);
  header.set_schema_hash(wire::to_string(schema.hash()));
  header.set_base_model_hash(wire::to_string(update.base_model_hash));
  header.set_encoding(encoded.encoding);
  header.set_quantise_bits(encoded.bits);
  header.set_quantise_scale(encoded.scale);
  *header.mutable_values() = wire::describe_blob(encoded.bytes, chunk_bytes_);
  prepared.bytes = std::move(encoded.bytes);
  prepared.norm_before_clipping = clipped.norm_before;
  return prepared;
}

}  // namespace tacit::client
