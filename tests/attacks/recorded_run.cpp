#include "attacks/recorded_run.h"

#include "attacks/recorded_section.h"
#include "core/random.h"
#include "models/specification.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"

namespace tacit::attacks {

RecordedRun::RecordedRun(std::string_view model_toml, Shape input_shape, std::size_t classes,
                         std::string_view training_toml, std::uint64_t seed, std::string_view update_toml)
    : description_{
          "run",  std::string(model_toml), std::string(training_toml), std::string(update_toml), std::move(input_shape),
          classes} {
  model_ = std::make_unique<models::Model<float>>(models::build_model<float>(
      ConfigTable::parse_text(model_toml, "model.toml"), description_.input_shape, description_.classes));
  theta_ = model_->initial_parameters(seed);
  writer_ = std::make_unique<wire::RecordingWriter>(file());
  v1::JoinResponse message;
  message.set_run(description_.run);
  message.set_rounds(3);
  message.set_model_toml(description_.model_toml);
  message.set_training_toml(description_.training_toml);
  message.set_pipeline_toml(description_.pipeline_toml);
  for (const std::int64_t extent : description_.input_shape) message.add_input_shape(extent);
  message.set_classes(static_cast<std::uint32_t>(classes));
  message.set_schema_hash(wire::to_string(model_->schema()->hash()));
  writer_->add_run_description(message);
}

std::vector<float> RecordedRun::gradient(std::span<const float> inputs, std::span<const std::int32_t> labels) const {
  models::Evaluation<float> evaluation(*model_);
  std::vector<float> result(theta_.size());
  const std::vector<float> targets = model_->targets_of(labels);
  evaluation.gradient(theta_, {inputs, targets, labels.size()}, {.theta = result, .inputs = {}, .targets = {}});
  return result;
}

std::vector<float> RecordedRun::delta(std::span<const float> inputs, std::span<const std::int32_t> labels,
                                      double learning_rate, std::size_t steps) const {
  models::Evaluation<float> evaluation(*model_);
  const std::vector<float> targets = model_->targets_of(labels);
  std::vector<float> after = theta_, step(theta_.size());
  for (std::size_t i = 0; i < steps; ++i) {
    evaluation.gradient(after, {inputs, targets, labels.size()}, {.theta = step, .inputs = {}, .targets = {}});
    for (std::size_t k = 0; k < after.size(); ++k) after[k] -= static_cast<float>(learning_rate) * step[k];
  }
  for (std::size_t k = 0; k < after.size(); ++k) after[k] -= theta_[k];
  return after;
}

void RecordedRun::record(std::uint32_t round, const std::string& client, UpdateKind kind, std::span<const float> update,
                         std::size_t examples, bool own_model) {
  // Small chunks, so that joining them is part of every test.
  const std::size_t chunk_bytes = 1000;
  const Parameters parameters(model_->schema(), theta_);
  writer_->add_model(round, wire::describe_model(parameters, chunk_bytes), wire::model_bytes(parameters),
                     own_model ? client : "");
  v1::UpdateHeader header;
  header.set_kind(kind == UpdateKind::delta ? v1::UPDATE_KIND_DELTA : v1::UPDATE_KIND_GRADIENT);
  header.set_examples(examples);
  header.set_training_loss(1.0);
  header.set_schema_hash(wire::to_string(model_->schema()->hash()));
  header.set_base_model_hash(wire::to_string(parameters.hash()));
  header.set_encoding(v1::ENCODING_FLOAT32);
  *header.mutable_values() = wire::describe_blob(std::as_bytes(update), chunk_bytes);
  v1::WorkKey key;
  key.set_run("run");
  key.set_round(round);
  key.set_step(1);
  writer_->add_update(round, client, header, key, std::as_bytes(update));
}

Observation RecordedRun::observe(std::uint32_t round, const std::string& client) const {
  return Observation::read(file(), round, client);
}

Observation RecordedRun::observe_gradient(std::span<const float> inputs, std::span<const std::int32_t> labels) {
  record(1, "client-1", UpdateKind::gradient, gradient(inputs, labels), labels.size());
  return observe(1, "client-1");
}

std::vector<float> random_inputs(std::size_t size, double low, double high, std::uint64_t seed) {
  RandomStream random({seed, Purpose::test, 2, 0});
  std::vector<float> inputs(size);
  for (float& value : inputs) value = static_cast<float>(random.uniform(low, high));
  return inputs;
}

}  // namespace tacit::attacks
