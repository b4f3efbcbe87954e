#include "client/local_task.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "client/received_model_check.h"
#include "core/error.h"
#include "models/local_gradient.h"
#include "models/specification.h"
#include "models/step_memory.h"
#include "proto/bytes.h"

namespace tacit::client {
namespace {

/// Reads one section of the description with `read`; whatever it finds wrong is the coordinator's fault. Keys that this
/// client does not know are refused: they would change the result without it.
template <class Read>
auto read_section(const std::string& toml, const std::string& name, const Read& read) {
  try {
    const ConfigTable table = ConfigTable::parse_text(toml, "the coordinator's [" + name + "]");
    auto result = read(table);
    table.finish();
    return result;
  } catch (const Error& error) {
    fail(ErrorKind::peer, "the coordinator describes a run that this client cannot take part in: {}", error.what());
  }
}

Shape shape_of(const v1::JoinResponse& description) {
  return {description.input_shape().begin(), description.input_shape().end()};
}

const datasets::Dataset& fitting(const datasets::Dataset& data, const v1::JoinResponse& description) {
  if (data.size() == 0) fail(ErrorKind::data, "data set '{}' is empty: nothing to train on", data.name);
  const Shape expected = shape_of(description);
  if (data.feature_shape != expected) {
    fail(ErrorKind::data, "an example of data set '{}' has shape {}, but the run is about examples of shape {}",
         data.name, to_string(data.feature_shape), to_string(expected));
  }
  if (data.target_size != description.targets()) {
    const auto asked = [](std::size_t targets) {
      return targets == 0 ? std::string("labels") : fmt::format("{} real-valued targets", targets);
    };
    fail(ErrorKind::data, "data set '{}' has {}, but the run is about {}", data.name, asked(data.target_size),
         asked(description.targets()));
  }
  if (data.classes > description.classes()) {
    fail(ErrorKind::data, "data set '{}' has {} classes, but the run has {}", data.name, data.classes,
         description.classes());
  }
  return data;
}

models::Model<float> model_of(const v1::JoinResponse& description) {
  auto model = read_section(description.model_toml(), "model", [&](ConfigTable section) {
    return models::build_model<float>(section, shape_of(description),
                                      LearningTask{description.classes(), description.targets()});
  });
  const Digest& hash = model.schema()->hash();
  if (!wire::equal(description.schema_hash(), hash)) {
    fail(ErrorKind::peer,
         "the model that the coordinator describes has schema {} here, but {} at the coordinator: do both run "
         "the same version of tacit?",
         to_hex(hash), wire::hex(description.schema_hash()));
  }
  return model;
}

v1::UpdateKind kind_of(models::LocalTraining::Algorithm algorithm) {
  return algorithm == models::LocalTraining::Algorithm::fedsgd ? v1::UPDATE_KIND_GRADIENT : v1::UPDATE_KIND_DELTA;
}

}  // namespace

LocalTask::LocalTask(const v1::JoinResponse& description, const datasets::Dataset& data,
                     const datasets::Dataset* held_out, std::size_t chunk_bytes, const LeakageGuard* guard,
                     const UpdateCraft* craft)
    : description_(description),
      data_(fitting(data, description)),
      guard_(guard),
      craft_(craft),
      held_out_(held_out != nullptr && description.asks_evaluation() ? &fitting(*held_out, description) : nullptr),
      model_(model_of(description)),
      training_(read_section(description.training_toml(), "training",
                             [&](const ConfigTable& section) {
                               return models::LocalTraining::from_config(section, description.client());
                             })),
      pipeline_(read_section(description.pipeline_toml(), "update", [&](const ConfigTable& section) {
        return UpdatePipeline::from_config(section, chunk_bytes);
      })) {
  if (const std::string objection = models::objection_to(training_.gradient, model_); !objection.empty())
    fail(ErrorKind::peer, "the coordinator describes a run that this client cannot take part in: gradient: {}",
         objection);
  if (const std::string objection = pipeline_.objection_to(*schema()); !objection.empty())
    fail(ErrorKind::peer, "the coordinator describes a run that this client cannot take part in: [update]: {}",
         objection);
  if (const std::string objection = models::memory_objection_to_step(model_, training_.batch_size, data_.size());
      !objection.empty())
    fail(ErrorKind::resource, "the run's training.batch_size is {}: {}", training_.batch_size, objection);
  models::check_inputs(model_, data_);
}

std::vector<std::string> LocalTask::suspicious_signs(const Parameters& start) const {
  return client::suspicious_signs(model_, start.values());
}

std::optional<PreparedUpdate> LocalTask::update(const Parameters& start, std::uint64_t seed, std::uint32_t round,
                                                std::uint32_t client) const {
  const RandomKey key{.seed = seed, .purpose = Purpose::local_order, .round = round, .client = client};
  models::LocalResult result = models::train_locally(model_, start.values(), data_, training_, key);
  TrainedUpdate trained{.kind = kind_of(training_.algorithm),
                        .values = std::move(result.update),
                        .examples = result.examples,
                        .training_loss = result.loss,
                        .base_model_hash = start.hash()};
  if (craft_ != nullptr) (*craft_)(trained, start);
  std::optional<PreparedUpdate> update = prepare(trained, start, key);
  if (update && held_out_ != nullptr) *update->header.mutable_evaluation() = evaluation_of(start);
  return update;
}

std::optional<PreparedUpdate> LocalTask::prepare(const TrainedUpdate& trained, const Parameters& start,
                                                 const RandomKey& key) const {
  if (guard_ == nullptr) return pipeline_.prepare(trained, *schema(), key);
  std::vector<std::size_t> used = models::examples_of_round(training_, data_.size(), key);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  return guard_->check({trained, *schema(), pipeline_, description_, start, data_, used, key});
}

v1::LocalEvaluation LocalTask::evaluation_of(const Parameters& start) const {
  const models::Evaluated evaluated = models::evaluate(model_, start.values(), *held_out_);
  v1::LocalEvaluation evaluation;
  evaluation.set_examples(evaluated.examples);
  if (model_.task().is_regression()) {
    evaluation.set_rmse(evaluated.rmse);
    if (!std::isnan(evaluated.r_squared)) evaluation.set_r_squared(evaluated.r_squared);
  } else {
    evaluation.set_right(
        static_cast<std::uint64_t>(std::llround(evaluated.accuracy * static_cast<double>(evaluated.examples))));
  }
  evaluation.set_loss(evaluated.loss);
  return evaluation;
}

}  // namespace tacit::client
