#include "evaluation/exchange.h"

#include <utility>

#include "client/local_task.h"
#include "models/specification.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "simulation/observed_update.h"

namespace tacit::evaluation {
namespace {

constexpr const char* run_name = "exchange";
constexpr const char* client_name = "client-1";
constexpr std::uint32_t client_index = 1;

v1::JoinResponse description_of(const ExchangeSettings& settings, const ParameterSchema& schema) {
  v1::JoinResponse message;
  message.set_run(run_name);
  message.set_rounds(1);
  message.set_model_toml(settings.model_toml);
  message.set_training_toml(settings.training_toml);
  message.set_pipeline_toml(settings.update_toml);
  for (const std::int64_t extent : settings.input_shape) message.add_input_shape(extent);
  message.set_classes(static_cast<std::uint32_t>(settings.classes));
  message.set_schema_hash(wire::to_string(schema.hash()));
  return message;
}

models::Model<float> model_of(const ExchangeSettings& settings) {
  return models::build_model<float>(ConfigTable::parse_text(settings.model_toml, "[model]"), settings.input_shape,
                                    settings.classes);
}

}  // namespace

Exchange::Exchange(ExchangeSettings settings) : settings_(std::move(settings)), model_(model_of(settings_)) {}

Parameters Exchange::initial(std::uint64_t seed) const {
  return {schema(), model_.initial_parameters(seed)};
}

attacks::Observation Exchange::observe(const Parameters& start, const datasets::Dataset& data, std::uint64_t seed,
                                       std::uint32_t round) const {
  const v1::JoinResponse description = description_of(settings_, *schema());
  const client::LocalTask task(description, data, nullptr, wire::default_chunk_bytes);
  const client::PreparedUpdate update = *task.update(start, seed, round, client_index);  // without a guard there is one
  return simulation::observe_update(description, start, update, round, client_name);
}

datasets::Dataset examples_of(const Shape& input_shape, std::vector<float> features, std::vector<std::int32_t> labels,
                              std::size_t classes, float low, float high, bool angles) {
  datasets::Dataset data;
  data.name = "examples";
  data.feature_shape = input_shape;
  data.features = std::move(features);
  data.labels = std::move(labels);
  data.classes = classes;
  data.feature_low = low;
  data.feature_high = high;
  data.is_angle = angles;
  return data;
}

}  // namespace tacit::evaluation
