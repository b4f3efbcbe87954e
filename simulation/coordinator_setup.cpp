#include "simulation/coordinator_setup.h"

#include "coordinator/run_folder.h"
#include "models/training.h"
#include "models/weight_files.h"

namespace tacit::simulation {
namespace {

coordinator::RunDescription description_of(const Experiment& experiment, const datasets::Dataset& train) {
  coordinator::RunDescription description;
  description.model_toml = experiment.section("model").to_toml();
  description.training_toml = experiment.section("training").to_toml();
  description.pipeline_toml = experiment.section("update").to_toml();
  description.input_shape = train.feature_shape;
  description.classes = train.classes;
  description.targets = train.target_size;
  description.asks_evaluation = experiment.evaluation().report != ClientPart::none;
  description.configuration_toml = experiment.config().to_toml();
  return description;
}

Parameters start_of(const Experiment& experiment, const models::Model<float>& model,
                    const std::optional<std::filesystem::path>& initial_model) {
  if (!initial_model) return experiment.initial_parameters(model);
  return models::read_weights(*initial_model, model.schema());
}

}  // namespace

CoordinatorSetup::CoordinatorSetup(const Experiment& experiment, const std::filesystem::path& run_folder,
                                   const std::optional<std::filesystem::path>& initial_model,
                                   const CraftOptions& crafted, ThreadPool& pool, coordinator::OnEvent on_event)
    : data_(experiment.data()), model_(experiment.model(data_.train)) {
  coordinator::Hooks hooks;
  const datasets::Dataset& judge = experiment.evaluation().rounds_on_validation ? data_.validation : data_.test;
  hooks.evaluate = [this, &judge](const Parameters& parameters) {
    return models::evaluate(model_, parameters.values(), judge);
  };
  hooks.on_event = std::move(on_event);
  coordinator::RunDescription description = description_of(experiment, data_.train);
  Parameters start = start_of(experiment, model_, initial_model);
  if (!crafted.empty()) {
    const coordinator::RunFolder folder{run_folder};
    sender_.emplace(crafted, model_, start, experiment.seed(), folder.recording());
    description.audit = sender_->audit();
    hooks.craft = [this](std::uint32_t round, const Parameters& model, const std::vector<std::string>& cohort) {
      return sender_->models_of(round, model, cohort);
    };
  }
  coordinator_ = std::make_unique<coordinator::Coordinator>(experiment.coordinator(), std::move(description),
                                                            std::move(start), std::move(hooks), run_folder, pool);
}

}  // namespace tacit::simulation
