#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/leakage_guard.h"
#include "client/update_craft.h"
#include "client/update_pipeline.h"
#include "core/parameters.h"
#include "datasets/dataset.h"
#include "models/model.h"
#include "models/training.h"

namespace tacit::client {

/// What one member of a run has to do, built from the coordinator's description of the run and this client's own data.
class LocalTask {
 public:
  /// Throws Error(peer) if the description is incomplete or does not parse, or if the model that it describes has
  /// another schema hash here than at the coordinator; Error(data) if the local data do not fit the run (shape of an
  /// example, classes, values that the model cannot read, none at all). The data must outlive the task. `held_out`,
  /// unless it is null, are examples of this client whose evaluation it agrees to tell; it does so only if the
  /// coordinator asks. `guard`, unless it is null, looks at every update before it leaves, and must outlive the task;
  /// so must `craft`, which only a malicious client has.
  LocalTask(const v1::JoinResponse& description, const datasets::Dataset& data, const datasets::Dataset* held_out,
            std::size_t chunk_bytes, const LeakageGuard* guard = nullptr, const UpdateCraft* craft = nullptr);

  const std::shared_ptr<const ParameterSchema>& schema() const noexcept { return model_.schema(); }

  /// What about a received model looks made to give examples away (client/received_model_check.h).
  std::vector<std::string> suspicious_signs(const Parameters& start) const;

  /// Trains from `start` and prepares the update; nothing if the guard withholds it. A function of its arguments, the
  /// data, the guard and the description alone.
  std::optional<PreparedUpdate> update(const Parameters& start, std::uint64_t seed, std::uint32_t round,
                                       std::uint32_t client) const;

 private:
  std::optional<PreparedUpdate> prepare(const TrainedUpdate& trained, const Parameters& start,
                                        const RandomKey& key) const;
  v1::LocalEvaluation evaluation_of(const Parameters& start) const;

  v1::JoinResponse description_;
  const datasets::Dataset& data_;
  const LeakageGuard* guard_;          ///< null: nobody looks
  const UpdateCraft* craft_;           ///< null in every honest client
  const datasets::Dataset* held_out_;  ///< null: nothing is told of any
  models::Model<float> model_;
  models::LocalTraining training_;
  UpdatePipeline pipeline_;
};

}  // namespace tacit::client
