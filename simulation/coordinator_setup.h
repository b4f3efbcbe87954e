#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "coordinator/coordinator.h"
#include "simulation/crafted_sender.h"
#include "simulation/experiment.h"

namespace tacit::simulation {

/// The coordinator of an experiment with everything it needs: start model, evaluation on the test split, model files.
/// The same for a process of its own and for a simulation inside one.
class CoordinatorSetup {
 public:
  /// Throws what Coordinator's constructor throws, and Error(data) if `initial_model` is no model of this experiment,
  /// and what CraftedSender throws.
  CoordinatorSetup(const Experiment& experiment, const std::filesystem::path& run_folder,
                   const std::optional<std::filesystem::path>& initial_model, const CraftOptions& crafted,
                   ThreadPool& pool, coordinator::OnEvent on_event = {});

  coordinator::Coordinator& coordinator() noexcept { return *coordinator_; }
  const datasets::TrainTest& data() const noexcept { return data_; }
  /// Lets go of the training part, which is for simulated clients; a coordinator evaluates on what is held out.
  void release_training_data() { data_.train = datasets::Dataset(); }

 private:
  datasets::TrainTest data_;
  models::Model<float> model_;
  std::optional<CraftedSender> sender_;
  std::unique_ptr<coordinator::Coordinator> coordinator_;
};

}  // namespace tacit::simulation
