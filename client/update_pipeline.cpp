#include "client/update_pipeline.h"

#include <fmt/core.h>

#include <algorithm>
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

UpdatePipeline::UpdatePipeline(UpdateStages stages, std::size_t chunk_bytes)
    : stages_(stages), chunk_bytes_(chunk_bytes) {}

UpdatePipeline UpdatePipeline::from_config(ConfigTable section, std::size_t chunk_bytes) {
  const UpdateStages stages{ClipStage::from_config(section), NoiseStage::from_config(section),
                            PruneStage::from_config(section), QuantiseStage::from_config(section)};
  if (stages.quantise.sends_signs() && !stages.prune.is_off())
    section.refuse("keep_share", "what is pruned is zero, and signs (quantise_bits = 1) have no zero");
  section.finish();
  return UpdatePipeline(stages, chunk_bytes);
}

std::string UpdatePipeline::objection_to(const ParameterSchema& schema) const {
  const auto& entries = schema.entries();
  const auto statistic = std::find_if(entries.begin(), entries.end(), [](const auto& entry) { return !entry.trained; });
  if (statistic == entries.end() || (stages_.noise.is_off() && !stages_.quantise.sends_signs())) return {};
  return fmt::format("{} would drive the statistics '{}' of the data out of their range; use group_norm or layer_norm",
                     stages_.noise.is_off() ? "quantise_bits = 1" : "noise", statistic->name);
}

PreparedUpdate UpdatePipeline::prepare(TrainedUpdate update, const ParameterSchema& schema,
                                       const RandomKey& key) const {
  ClippedUpdate clipped = stages_.clip(checked(std::move(update.values), schema));
  const double norm_before = clipped.norm_before;
  EncodedUpdate encoded = stages_.quantise(stages_.prune(stages_.noise(std::move(clipped), key), schema), key);

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
  prepared.norm_before_clipping = norm_before;
  return prepared;
}

}  // namespace tacit::client
